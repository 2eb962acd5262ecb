// The functions beyond those of 2014: who one is, owners and businesses, search, audit, status.
#include "api/status.h"
#include "tests/api/every_function_fixture.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

class Beyond : public EveryFunctionTest {};

TEST_F(Beyond, TellTheCallerWhoItIs) {
  const auto told = outcome(reader_caller(), "whoami").result;
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(*told, Value(Map{{"name", "graphs"},
                             {"role", "reader"},
                             {"door", "tls"},
                             {"peer", "10.0.0.8:50002"},
                             {"version", MEGA_VERSION}}));
}

TEST_F(Beyond, NameOwnersAndBusinesses) {
  for (const std::string noun : {"owner", "business"}) {
    SCOPED_TRACE(noun);
    EXPECT_EQ(value("add_" + noun, "'a'"), Value(1));
    EXPECT_EQ(value("add_" + noun, "'b',comment='second',id=7"), Value(7));
    EXPECT_EQ(error("add_" + noun, "'c',id=7").code, Errc::already_exists);

    EXPECT_EQ(value("mod_" + noun, "7,name='bb'"), Value(0));
    EXPECT_EQ(value("mod_" + noun, "1,stat=0"), Value(0));
    EXPECT_EQ(error("mod_" + noun, "7,name='a'").code, Errc::already_exists);
    EXPECT_EQ(error("mod_" + noun, "9,name='x'").code, Errc::not_found);

    const Value online = value("get_all_" + noun, "stat=1");
    ASSERT_EQ(row_count(online), 1u);
    EXPECT_EQ(cell(online, "id"), Value(7));
    EXPECT_EQ(cell(online, "name"), Value("bb"));
    EXPECT_EQ(cell(online, "comment"), Value("second"));
    EXPECT_EQ(cell(value("get_all_" + noun, "stat=2"), "name"), Value("a"));
    EXPECT_EQ(row_count(value("get_all_" + noun)), 2u);
    EXPECT_EQ(row_count(value("get_all_" + noun, "count=1")), 1u);
  }
}

TEST_F(Beyond, SearchWithACondition) {
  value("add_instance", "'10.0.0.1',3306,instance_version='10.11.6',instance_cluster='orders'");
  const auto master = cell(value("get_instance", "ip='10.0.0.1'"), "id");
  value("add_instance",
        fmt::format("'10.0.0.2',3306,instance_role=2,instance_version='10.11.4',"
                    "instance_cluster='orders',instance_master={},instance_tags={{'tier':1}}",
                    to_python(master)));
  value("add_instance", "'10.0.0.3',3306,instance_role=2,instance_version='5.6'");

  const Value found =
      value("search", "'instance',where='role=slave and version~10.11 and cluster=orders'");
  ASSERT_EQ(row_count(found), 1u);
  EXPECT_EQ(cell(found, "ip"), Value("10.0.0.2"));
  EXPECT_EQ(cell(found, "tags"), Value(Map{{"tier", "1"}}));
  EXPECT_EQ(row_count(value("search", "'instance'")), 3u);
  EXPECT_EQ(row_count(value("search", "'instance',count=2")), 2u);
  EXPECT_EQ(row_count(value("search", "'server',stat=2")), 0u);
}

TEST_F(Beyond, ShowWhereAConditionIsWrong) {
  EXPECT_THAT(error("search", "'instance','role==='").message, HasSubstr("^"));
  EXPECT_EQ(error("search", "'elephant'").code, Errc::invalid_argument);
  EXPECT_EQ(error("search").code, Errc::invalid_argument);
}

TEST_F(Beyond, TellOfEveryChangeInTheAudit) {
  value("add_server", "'10.0.0.1',server_name='db1'");
  outcome(operator_caller(), "mod_server", "'10.0.0.1',server_os='FreeBSD'");
  outcome(reader_caller(), "mod_server", "'10.0.0.1',server_os='none'");
  value("get_all_server", "model='backup'");

  const Value all = value("get_audit");
  ASSERT_EQ(row_count(all), 3u);
  EXPECT_THAT(to_python(cell(all, "result")), HasSubstr("not_allowed: mod_server needs"));
  EXPECT_EQ(row_count(value("get_audit", "refused=True,who='graphs'")), 1u);
  const Value newest = value("get_audit", "count=1,result='done'");
  const std::pair<const char*, Value> cells[] = {{"who", "deploy"},
                                                 {"door", "tls"},
                                                 {"peer", "10.0.0.7:50001"},
                                                 {"function", "mod_server"},
                                                 {"args", "'10.0.0.1',server_os='FreeBSD'"},
                                                 {"time", clock.now()}};
  for (const auto& [column, expected] : cells) EXPECT_EQ(cell(newest, column), expected) << column;
  EXPECT_THAT(to_python(cell(newest, "before")), HasSubstr("Linux"));
  EXPECT_THAT(to_python(cell(newest, "after")), HasSubstr("FreeBSD"));
}

TEST_F(Beyond, CheckTheAudit) {
  value("add_server", "'10.0.0.1'");
  const Value told = value("verify_audit");
  const auto* map = told.as<Map>();
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(*map->find(std::string_view("ok")), Value(true));
  EXPECT_EQ(*map->find(std::string_view("rows")), Value(1));
  EXPECT_EQ(*map->find(std::string_view("hash")), cell(value("get_audit"), "hash"));
  EXPECT_EQ(*map->find(std::string_view("broken")), Value());
  EXPECT_EQ(*value("verify_audit", "head='other'").as<Map>()->find(std::string_view("ok")),
            Value(false));
}

TEST_F(Beyond, NameThePeerOf2014InTheAuditByItsAddress) {
  outcome(legacy_caller(Role::operator_), "add_server", "'10.0.0.1',server_password='x'");
  const Value newest = value("get_audit");
  EXPECT_EQ(cell(newest, "who"), Value("127.0.0.1"));
  EXPECT_EQ(cell(newest, "door"), Value("legacy"));
  EXPECT_EQ(cell(newest, "args"), Value("'10.0.0.1',server_password='***'"));
}

TEST_F(Beyond, TellHowTheServerIs) {
  const ServerReport report{[] { return Map{{"uptime_seconds", 5}, {"version", "reported"}}; }};
  api.services.add<const ServerReport>(report);
  value("add_database", "'10.0.0.1',3306,'orders'");
  const Value status = value("server_status");
  const auto* map = status.as<Map>();
  ASSERT_NE(map, nullptr);
  const auto at = [&](std::string_view key) {
    const Value* found = map->find(key);
    return found ? *found : Value("(none)");
  };
  EXPECT_EQ(at("version"), Value("reported"));
  EXPECT_EQ(at("uptime_seconds"), Value(5));
  EXPECT_EQ(at("servers"), Value(1));
  EXPECT_EQ(at("instances"), Value(1));
  EXPECT_EQ(at("databases"), Value(1));
  EXPECT_TRUE(at("bytes").is<std::int64_t>());
}

TEST_F(Beyond, ListFunctionsForWhoMayNameThem) {
  const Value ours = value("get_all_funcs");
  EXPECT_THAT(to_python(ours), HasSubstr("'get_all_funcs'"));
  EXPECT_EQ(cell(ours, "args"),
            Value("ArgSpec(args=['ip', 'port', 'db'], varargs=None, keywords='args', "
                  "defaults=None)"));
}

}  // namespace
}  // namespace mega
