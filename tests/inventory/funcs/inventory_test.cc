// The functions of the inventory, as callers see them: through dispatch, on a store in memory.
#include "inventory/server/daemon_networks.h"
#include "tests/support/api_fixture.h"
#include "value/json.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Inventory : public ApiTest {
 protected:
  Inventory() { value("add_owner", "'dba'"); }

  std::int64_t id_of(std::string_view function, std::string_view args) {
    const Value row = value(function, args);
    const Value id = cell(row, "id");
    return id.is<std::int64_t>() ? *id.as<std::int64_t>() : 0;
  }
};

TEST_F(Inventory, GivesANewServerItsDefaults) {
  EXPECT_EQ(value("add_server", "'10.0.0.1'"), Value(0));
  const Value row = value("get_server", "ip='10.0.0.1'");
  const std::pair<const char*, Value> cells[] = {
      {"ip", "10.0.0.1"}, {"name", "10.0.0.1"},  {"os", "Linux"},
      {"stat", 1},        {"type", 0},           {"plant", ""},
      {"owner", 1},       {"owner_name", "dba"}, {"online_date", clock.now()}};
  for (const auto& [column, expected] : cells) EXPECT_EQ(cell(row, column), expected) << column;
}

Value map_of(const Tags& tags) {
  Map map;
  for (const auto& [name, text] : tags) map.set(name, text);
  return map;
}

TEST_F(Inventory, MarksADaemonOf2014ThatTheCallerMayNotHaveDialled) {
  const DaemonNetworks networks{AddressRanges::parse({"10.1.0.0/16", "127.0.0.0/8"}).value()};
  api.services.add<const DaemonNetworks>(networks);
  const struct {
    const char* name;
    Caller caller;
    const char* function;
    const char* args;
    Tags tags;  // afterwards
  } steps[] = {
      {"an operator elsewhere",
       operator_caller(),
       "add_server",
       "'10.0.0.1',server_tags='daemon=legacy'",
       {{"daemon", "legacy"}, {"daemon.unconfirmed", "deploy"}}},
      {"another change leaves the mark",
       admin_caller(),
       "mod_server",
       "'10.0.0.1',server_type=3",
       {{"daemon", "legacy"}, {"daemon.unconfirmed", "deploy"}}},
      {"the operator cannot take it off",
       operator_caller(),
       "mod_server",
       "'10.0.0.1',server_tags='daemon=legacy'",
       {{"daemon", "legacy"}, {"daemon.unconfirmed", "deploy"}}},
      {"the admin can",
       admin_caller(),
       "mod_server",
       "'10.0.0.1',server_tags='daemon=legacy'",
       {{"daemon", "legacy"}}},
      {"then it stays",
       operator_caller(),
       "mod_server",
       "'10.0.0.1',server_name='db1'",
       {{"daemon", "legacy"}}},
      {"until the port is another",
       operator_caller(),
       "mod_server",
       "'10.0.0.1',server_tags='daemon=legacy:22'",
       {{"daemon", "legacy:22"}, {"daemon.unconfirmed", "deploy"}}},
      {"no tag, no mark", operator_caller(), "mod_server", "'10.0.0.1',server_tags=''", {}},
      {"an operator in the networks",
       operator_caller(),
       "mod_server",
       "'10.0.0.1',server_ip='10.1.0.1',server_tags='daemon=legacy'",
       {{"daemon", "legacy"}}},
      {"which the server leaves",
       operator_caller(),
       "mod_server",
       "'10.1.0.1',server_ip='10.0.0.1'",
       {{"daemon", "legacy"}, {"daemon.unconfirmed", "deploy"}}},
      {"never this machine",
       operator_caller(),
       "mod_server",
       "'10.0.0.1',server_ip='127.0.0.1'",
       {{"daemon", "legacy"}, {"daemon.unconfirmed", "deploy"}}},
  };
  for (const auto& step : steps) {
    SCOPED_TRACE(step.name);
    const auto result = outcome(step.caller, step.function, step.args).result;
    ASSERT_TRUE(result.has_value()) << result.error().message;
    const auto servers = value("search", "'server'");
    EXPECT_EQ(to_json(cell(servers, "tags")), to_json(map_of(step.tags)));
  }
}

TEST_F(Inventory, StoresWhatAServerIsGiven) {
  value("add_server",
        "'fd00:0::1',server_name='db1',server_os='Debian 12',server_owner='2',"
        "server_online='2014-07-31T14:13:07+08:00',server_plant='R740',server_type=3,"
        "server_cluster='orders',server_site='hz',server_tags='env=prod,spare'");
  const Value row = value("search", "'server','cluster=orders and site=hz and tag.env=prod'");
  ASSERT_EQ(row_count(row), 1u);
  const std::pair<const char*, Value> cells[] = {
      {"ip", "fd00::1"},     {"name", "db1"}, {"os", "Debian 12"},
      {"plant", "R740"},     {"type", 3},     {"owner", 2},
      {"cluster", "orders"}, {"site", "hz"},  {"online_date", Time{1406787187}}};
  for (const auto& [column, expected] : cells) EXPECT_EQ(cell(row, column), expected) << column;
}

TEST_F(Inventory, GivesANewInstanceItsDefaultsAndAddsItsServer) {
  value("add_instance", "'10.0.0.1',3306");
  const Value row = value("get_instance", "ip='10.0.0.1'");
  const std::pair<const char*, Value> cells[] = {
      {"ip", "10.0.0.1"},   {"port", 3306},
      {"name", "10.0.0.1"}, {"level", 1},
      {"owner_id", 1},      {"business_id", 1},
      {"db_type", "MySQL"}, {"ha_type", "MS"},
      {"role", 1},          {"version", ""},
      {"master_id", 0},     {"slowlog", 0},
      {"stat", 1},          {"online_date", clock.now()}};
  for (const auto& [column, expected] : cells) EXPECT_EQ(cell(row, column), expected) << column;
  EXPECT_EQ(cell(row, "server_id"), cell(value("get_server", "ip='10.0.0.1'"), "id"));
}

TEST_F(Inventory, StoresRoleAndVersionAndTakesOlderSpellings) {
  value("add_instance", "'10.0.0.1',3306");
  const auto master = id_of("get_instance", "ip='10.0.0.1'");
  value("add_instance",
        fmt::format("'10.0.0.2','3307',instance_level=2,instance_name='s1',instance_owner=4,"
                    "instance_bussiness=5,instance_dbtype='MariaDB',instance_hatype='MM',"
                    "instance_version='10.11.6',instance_role='2',instance_master={},"
                    "instance_slowlog=1",
                    master));
  const Value row = value("get_instance", "ip='10.0.0.2',port=3307");
  const std::pair<const char*, Value> cells[] = {
      {"level", 2},          {"name", "s1"}, {"owner_id", 4},        {"business_id", 5},
      {"ha_type", "MM"},     {"role", 2},    {"version", "10.11.6"}, {"db_type", "MariaDB"},
      {"master_id", master}, {"slowlog", 1}};
  for (const auto& [column, expected] : cells) EXPECT_EQ(cell(row, column), expected) << column;
}

TEST_F(Inventory, AddsInstanceAndServerOfANewDatabase) {
  value("add_database", "'10.0.0.1',3306,'orders',database_level=3,database_business=2");
  EXPECT_EQ(row_count(value("get_all_server")), 1u);
  EXPECT_EQ(row_count(value("get_all_instance")), 1u);
  const Value row = value("get_database", "ip='10.0.0.1',db='orders'");
  EXPECT_EQ(cell(row, "name"), Value("orders"));
  EXPECT_EQ(cell(row, "level"), Value(3));
  EXPECT_EQ(cell(row, "business_id"), Value(2));
  EXPECT_EQ(cell(row, "owner_name"), Value("dba"));
}

TEST_F(Inventory, KeepsOneDatabaseOfANameInAnInstance) {
  value("add_database", "'10.0.0.1',3306,'orders'");
  value("add_database", "'10.0.0.1',3306,'orders'");
  value("add_database", "'10.0.0.1',3307,'orders'");
  EXPECT_EQ(row_count(value("get_all_db")), 2u);
}

TEST_F(Inventory, ChangesWhatIsGivenAndNothingElse) {
  value("add_instance", "'10.0.0.1',3306");
  const auto master = id_of("get_instance", "ip='10.0.0.1'");
  value("add_instance", fmt::format("'10.0.0.2',3306,instance_role=2,instance_master={}", master));
  value("mod_instance", "'10.0.0.2',3306,instance_version='8.0'");
  const Value row = value("get_instance", "ip='10.0.0.2'");
  EXPECT_EQ(cell(row, "version"), Value("8.0"));
  EXPECT_EQ(cell(row, "role"), Value(2));
  EXPECT_EQ(cell(row, "master_id"), Value(master));

  value("mod_server", "'10.0.0.2',server_os='FreeBSD'");
  EXPECT_EQ(cell(value("get_server", "ip='10.0.0.2'"), "name"), Value("10.0.0.2"));
  EXPECT_EQ(cell(value("get_server", "ip='10.0.0.2'"), "os"), Value("FreeBSD"));

  value("add_database", "'10.0.0.2',3306,'orders',database_level=2");
  value("mod_database", "'10.0.0.2',3306,'orders',database_name='shop'");
  EXPECT_EQ(cell(value("get_database", "ip='10.0.0.2',db='shop'"), "level"), Value(2));
  EXPECT_EQ(error("get_database", "ip='10.0.0.2',db='orders'").code, Errc::not_found);
}

TEST_F(Inventory, MovesInstancesWithTheirServer) {
  value("add_instance", "'10.0.0.1',3306");
  value("mod_server", "'10.0.0.1',server_ip='10.0.0.9'");
  EXPECT_EQ(cell(value("get_instance", "ip='10.0.0.9'"), "port"), Value(3306));
  EXPECT_EQ(error("get_server", "ip='10.0.0.1'").code, Errc::not_found);
}

TEST_F(Inventory, MovesAnInstanceToAnotherServerAndPort) {
  value("add_instance", "'10.0.0.1',3306,instance_name='x'");
  value("mod_instance", "'10.0.0.1',3306,instance_ip='10.0.0.2',instance_port=3307");
  EXPECT_EQ(cell(value("get_instance", "ip='10.0.0.2',port=3307"), "name"), Value("x"));
  EXPECT_EQ(row_count(value("get_all_server")), 2u);
}

TEST_F(Inventory, RefusesAPlaceThatIsTaken) {
  value("add_instance", "'10.0.0.1',3306");
  value("add_instance", "'10.0.0.2',3306");
  EXPECT_EQ(error("mod_server", "'10.0.0.1',server_ip='10.0.0.2'").code, Errc::already_exists);
  EXPECT_EQ(error("mod_instance", "'10.0.0.1',3306,instance_ip='10.0.0.2'").code,
            Errc::already_exists);
}

TEST_F(Inventory, KeepsWhatIsDeletedAndBringsItBack) {
  value("add_instance", "'10.0.0.1',3306,instance_version='5.6'");
  EXPECT_EQ(value("del_instance", "'10.0.0.1',3306"), Value(0));
  EXPECT_EQ(cell(value("get_instance", "ip='10.0.0.1'"), "stat"), Value(0));
  value("del_server", "'10.0.0.1'");
  EXPECT_EQ(row_count(value("get_all_server", "stat=1")), 0u);
  EXPECT_EQ(row_count(value("get_all_server", "stat=2")), 1u);

  value("add_instance", "'10.0.0.1',3306");
  const Value row = value("get_instance", "ip='10.0.0.1'");
  EXPECT_EQ(cell(row, "stat"), Value(1));
  EXPECT_EQ(cell(row, "version"), Value("5.6"));
  EXPECT_EQ(cell(value("get_server", "ip='10.0.0.1'"), "stat"), Value(1));
}

TEST_F(Inventory, RefusesToDeleteWhatIsNeeded) {
  value("add_instance", "'10.0.0.1',3306");
  const auto master = id_of("get_instance", "ip='10.0.0.1'");
  value("add_instance", fmt::format("'10.0.0.2',3306,instance_role=2,instance_master={}", master));
  const std::pair<const char*, const char*> refused[] = {
      {"del_server", "'10.0.0.1'"},
      {"mod_server", "'10.0.0.1',server_stat=0"},
      {"del_instance", "'10.0.0.1',3306"},
      {"mod_instance", "'10.0.0.1',3306,instance_stat=0"},
  };
  for (const auto& [function, args] : refused) {
    SCOPED_TRACE(function);
    const Error e = error(function, args);
    EXPECT_EQ(e.code, Errc::refused);
    EXPECT_THAT(e.message, testing::ContainsRegex("10.0.0.2:3306|port 3306"));
  }
  value("del_instance", "'10.0.0.2',3306");
  value("del_instance", "'10.0.0.1',3306");
  value("del_server", "'10.0.0.1'");
}

TEST_F(Inventory, RefusesKeysThatAreMissingOrUnknown) {
  const struct {
    const char* function;
    const char* args;
    Errc code;
    const char* said;
  } cases[] = {
      {"get_server", "", Errc::invalid_argument, "get_server needs ip"},
      {"get_server", "ip=None", Errc::invalid_argument, "get_server needs ip"},
      {"get_instance", "port=3306", Errc::invalid_argument, "get_instance needs ip"},
      {"get_database", "db='x'", Errc::invalid_argument, "get_database needs ip"},
      {"get_database", "ip='10.0.0.1'", Errc::invalid_argument, "get_database needs db"},
      {"get_server", "ip='10.0.0.9'", Errc::not_found, "there is no server 10.0.0.9"},
      {"get_instance", "ip='fd00::9'", Errc::not_found, "there is no instance [fd00::9]:3306"},
      {"get_database", "ip='10.0.0.9',db='x'", Errc::not_found,
       "there is no database x at 10.0.0.9:3306"},
      {"add_server", "", Errc::invalid_argument, "add_server needs ip"},
      {"add_instance", "'10.0.0.1'", Errc::invalid_argument, "add_instance needs port"},
      {"add_database", "'10.0.0.1',3306,''", Errc::invalid_argument, "add_database: db takes"},
      {"add_instance", "'10.0.0.1',3306,instance_role=4", Errc::invalid_argument,
       "instance_role takes 1 (master)"},
      {"add_instance", "'10.0.0.1',3306,instance_master=99", Errc::invalid_argument, "99"},
      {"add_server", "'10.0.0.1',server_ip='10.0.0.2'", Errc::invalid_argument,
       "add_server has no argument \"server_ip\""},
      {"mod_server", "'10.0.0.9',server_os='x'", Errc::not_found, "10.0.0.9"},
      {"mod_instance", "'10.0.0.9',3306", Errc::not_found, "10.0.0.9:3306"},
      {"mod_database", "'10.0.0.9',3306,'x'", Errc::not_found, "10.0.0.9"},
      {"del_server", "'10.0.0.9'", Errc::not_found, "10.0.0.9"},
      {"del_instance", "'10.0.0.9',3306", Errc::not_found, "10.0.0.9:3306"},
      {"del_database", "'10.0.0.9',3306,'x'", Errc::not_found, "10.0.0.9"},
      {"get_all_server", "stat=3", Errc::invalid_argument, "stat takes 0 (all)"},
      {"get_all_server", "count=-1", Errc::invalid_argument, "count takes an integer from 0 up"},
      {"get_all_instance", "role=0", Errc::invalid_argument, "role takes 1 (master)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.function << '(' << c.args << ')');
    const Error e = error(c.function, c.args);
    EXPECT_EQ(e.code, c.code);
    EXPECT_THAT(e.message, HasSubstr(c.said));
  }
  EXPECT_EQ(row_count(value("get_all_server")), 0u);
}

TEST_F(Inventory, ListsOnlineFirstThenByAddressAsText) {
  for (const char* ip : {"10.0.0.9", "10.0.0.10", "10.0.0.1"}) {
    value("add_instance", fmt::format("'{}',3307,instance_role=2", ip));
    value("add_instance", fmt::format("'{}',3306", ip));
  }
  value("del_instance", "'10.0.0.1',3306");
  const auto listed = [&](const char* args) {
    const Value rows = value("get_all_instance", args);
    const auto& columns = *rows.as<Rows>()->columns;
    const auto column = [&](const char* name) {
      return static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin());
    };
    std::string text;
    for (std::size_t row = 0; row < row_count(rows); ++row) {
      const Value* cells = &rows.as<Rows>()->cells[row * columns.size()];
      text += fmt::format("{}:{} ", *cells[column("ip")].as<std::string>(),
                          *cells[column("port")].as<std::int64_t>());
    }
    return text;
  };
  EXPECT_EQ(
      listed(""),
      "10.0.0.1:3307 10.0.0.10:3306 10.0.0.10:3307 10.0.0.9:3306 10.0.0.9:3307 10.0.0.1:3306 ");
  EXPECT_EQ(listed("count=2"), "10.0.0.1:3307 10.0.0.10:3306 ");
  EXPECT_EQ(listed("model='backup',stat=1,role=1"), "10.0.0.10:3306 10.0.0.9:3306 ");
  EXPECT_EQ(listed("stat=2"), "10.0.0.1:3306 ");
  EXPECT_EQ(listed("'x',0,1,2"), "10.0.0.1:3307 ");
}

TEST_F(Inventory, ListsOwnersAndBusinesses) {
  value("add_owner", "'web'");
  value("add_business", "'shop'");
  value("add_business", "'crm'");
  value("mod_business", "2,stat=0");
  EXPECT_EQ(row_count(value("get_all_owner")), 2U);
  EXPECT_EQ(cell(value("get_all_owner"), "name"), Value("dba"));
  EXPECT_EQ(row_count(value("get_all_owner", "count=1")), 1U);
  EXPECT_EQ(row_count(value("get_all_business")), 2U);
  EXPECT_EQ(cell(value("get_all_business", "stat=1"), "name"), Value("shop"));
  EXPECT_EQ(cell(value("get_all_business", "stat=2"), "name"), Value("crm"));
}

TEST_F(Inventory, AnswersPeersOf2014WithTheirCodes) {
  value("add_database", "'10.0.0.1',3306,'orders'");
  const struct {
    const char* function;
    const char* args;
    const char* code;
  } cases[] = {
      {"mod_server", "'10.0.0.9',server_os='BSD'", "-1"},
      {"mod_instance", "'10.0.0.1',3307,instance_role=2", "-1"},
      {"mod_database", "'10.0.0.1',3306,'users',database_level=2", "-1"},
      {"del_server", "'10.0.0.9'", "-1"},
      {"del_instance", "'10.0.0.1',3307", "-1"},
      {"del_database", "'10.0.0.1',3306,'users'", "-1"},
      {"mod_server", "'10.0.0.1'", "2"},
      {"mod_server", "'10.0.0.1',server_name=None", "2"},
      {"mod_server", "'10.0.0.1',no_such_field=1", "2"},
      {"mod_instance", "'10.0.0.1',3306", "2"},
      {"mod_database", "'10.0.0.1',3306,'orders'", "2"},
      {"mod_server", "'10.0.0.1',server_os='Linux'", "0"},
      {"mod_instance", "'10.0.0.1',3306,instance_role=1", "0"},
      {"mod_database", "'10.0.0.1',3306,'orders',database_level=2", "0"},
      {"del_database", "'10.0.0.1',3306,'orders'", "0"},
      {"get_server", "ip='10.0.0.9'", "(None, None)"},
      {"get_server", "", "(None, 2)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.function << " " << c.args);
    EXPECT_EQ(legacy_answer(legacy_caller(Role::operator_), c.function, c.args), c.code);
  }
  EXPECT_EQ(value("mod_server", "'10.0.0.1'"), Value(0)) << "our dialect has no such code";
}

TEST_F(Inventory, KeepsBytesThatAreNoUtf8) {
  legacy_answer(legacy_caller(Role::operator_), "add_server",
                R"('10.0.0.1',server_name='\xd6\xd0',server_plant='\xe4\xb8\xad\xe4\xb8')");
  EXPECT_THAT(
      legacy_answer(legacy_caller(), "get_server", "ip='10.0.0.1'"),
      AllOf(HasSubstr(R"('name': '\xd6\xd0')"), HasSubstr(R"('plant': '\xe4\xb8\xad\xe4\xb8')")));
  const auto ours = [&](std::string_view request) {
    return payload_of(answer(api, admin_caller(), request));
  };
  EXPECT_THAT(ours(R"({"ID":1,"VALUE":"get_server","ARGS":{"ip":"10.0.0.1"}})"),
              HasSubstr(R"("name":{"base64":"1tA="})"));
  EXPECT_THAT(ours(R"({"ID":1,"VALUE":"get_server","ARGS":{"ip":"10.0.0.1"},"AS":"python"})"),
              HasSubstr(R"('name': b'\\xd6\\xd0')"));
  ours(R"({"ID":1,"VALUE":"mod_server","ARGS":{"ip":"10.0.0.1","server_os":{"base64":"/w=="}}})");
  EXPECT_EQ(cell(value("get_server", "ip='10.0.0.1'"), "os"), Value("\xff"));
  EXPECT_EQ(error("add_owner", R"('\xd6\xd0')").code, Errc::invalid_argument)
      << "a function that 2014 did not have";
}

TEST_F(Inventory, GivesRowsAsTextToPeersOf2014AndWithTypesInJson) {
  value("add_instance", "'10.0.0.1',3306,instance_name='\xe4\xb8\xad',instance_version='10.11'");
  const std::string date = format_local(clock.now());
  EXPECT_EQ(legacy_answer(legacy_caller(), "get_all_instance", "model='backup',stat=1,role=1"),
            "([{'id': '1', 'name': '\\xe4\\xb8\\xad', 'server_id': '1', 'ip': '10.0.0.1', "
            "'port': '3306', 'owner': 'dba', 'owner_id': '1', 'level': '1', 'business_id': '1', "
            "'business': 'None', 'db_type': 'MySQL', 'ha_type': 'MS', 'role': '1', 'version': "
            "'10.11', 'master_id': '0', 'slowlog': '0', 'stat': '1', 'online_date': '" +
                date + "'}], 0)");
  EXPECT_EQ(
      payload_of(answer(
          api, admin_caller(),
          R"({"ID": 1, "HEAD": "MEGA", "VALUE": "get_instance", "ARGS": {"ip": "10.0.0.1"}})")),
      "{\"ID\":1,\"CODE\":0,\"RESULT\":{\"id\":1,\"name\":\"\xe4\xb8\xad\",\"server_id\":1,"
      "\"ip\":\"10.0.0.1\",\"port\":3306,\"owner\":\"dba\",\"owner_id\":1,\"level\":1,"
      "\"business_id\":1,\"business\":null,\"db_type\":\"MySQL\",\"ha_type\":\"MS\",\"role\":1,"
      "\"version\":\"10.11\",\"master_id\":0,\"slowlog\":0,\"stat\":1,\"online_date\":\"" +
          format_iso(clock.now()) + "\"}}");
}

}  // namespace
}  // namespace mega
