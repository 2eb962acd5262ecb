#include "cmd/inventory/inventory_apply.h"
#include "cmd/inventory/inventory_file.h"
#include "cmd/inventory/inventory_server.h"
#include "tests/cmd/inventory/store_asker.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mega {
namespace {

constexpr const char* fleet_csv =
    "kind,id,ip,port,name,comment,os,owner,business,role,version,master,cluster,site,tags,stat,"
    "online_date\n"
    "owner,1,,,dba,the team,,,,,,,,,,1,\n"
    "business,1,,,orders,,,,,,,,,,,1,\n"
    "server,,10.0.0.1,,db1,,Debian 12,1,,,,,orders,ams,\"env=prod,tier=1\",1,2014-07-31\n"
    "server,,10.0.0.2,,\"db, two\",,,,,,,,,,\"{\"\"note\"\":\"\"a,b\"\"}\",1,\n"
    "server,,10.0.0.9,,old,,,,,,,,,,,0,\n"
    // The slave stands before its master, which is known by its place only.
    "instance,,10.0.0.2,3306,orders-b,,,1,1,2,10.11,10.0.0.1:3306,orders,,,1,\n"
    "instance,,10.0.0.1,3306,orders-a,,,1,1,1,10.11,,orders,,env=prod,1,\n"
    "database,,10.0.0.1,3306,orders,,,1,1,,,,,,,1,\n"
    "database,,10.0.0.1,3306,old,,,1,1,,,,,,,0,\n";

InventoryModel read(std::string_view text, FileForm form = FileForm::csv) {
  auto inventory = read_inventory(text, form, "fleet");
  EXPECT_TRUE(inventory) << inventory.error().message;
  return inventory ? std::move(*inventory) : InventoryModel{};
}

// Applies it and gives the lines of the differences.
std::vector<std::string> apply(Asker& asker, const InventoryModel& wanted, bool remove = false) {
  std::vector<std::string> lines;
  auto plan = plan_for_server(asker, wanted, remove);
  EXPECT_TRUE(plan) << plan.error().message;
  if (!plan) return lines;
  const auto done =
      apply_plan(asker, std::move(*plan), wanted, remove, [&](const Difference& difference) {
        lines.push_back(fmt::format("{} {}", difference.sign, difference.text));
        return Result<void>();
      });
  EXPECT_TRUE(done) << done.error().message;
  return lines;
}

InventoryModel fetch(Asker& asker) {
  auto inventory = fetch_inventory(asker);
  EXPECT_TRUE(inventory) << inventory.error().message;
  return inventory ? std::move(*inventory) : InventoryModel{};
}

TEST(InventoryRecords, OfAFileIsOnTheServerOnceItIsApplied) {
  StoreAsker server;
  const InventoryModel wanted = read(fleet_csv);
  const auto lines = apply(server, wanted);
  EXPECT_EQ(lines.size(), wanted.records.size());
  const InventoryModel current = fetch(server);
  for (const Record& record : wanted.records) {
    SCOPED_TRACE(name_of(record));
    const Record* now = current.find(*record.kind, record.keys);
    ASSERT_NE(now, nullptr);
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      SCOPED_TRACE(record.kind->fields[i].name);
      if (record.fields[i]) {
        EXPECT_EQ(now->fields[i], record.fields[i]);
      }
    }
  }
}

TEST(InventoryRecords, AppliedAgainChangesNothing) {
  StoreAsker server;
  apply(server, read(fleet_csv));
  EXPECT_EQ(apply(server, read(fleet_csv)), std::vector<std::string>{});
}

TEST(InventoryRecords, GoesThroughAFileAndBackToTheSameServerUnchanged) {
  for (const FileForm form : {FileForm::csv, FileForm::json}) {
    StoreAsker server;
    apply(server, read(fleet_csv));
    const std::string text = write_inventory(fetch(server), form);
    server.asked.clear();
    EXPECT_EQ(apply(server, read(text, form)), std::vector<std::string>{}) << text;
    for (const auto& function : server.asked) {
      EXPECT_FALSE(function.starts_with("add_") || function.starts_with("mod_")) << function;
    }
  }
}

// The file with semicolons between its fields.
std::string with_semicolons(std::string csv) {
  bool in_quotes = false;
  for (char& c : csv) {
    if (c == '"') in_quotes = !in_quotes;
    if (c == ',' && !in_quotes) c = ';';
  }
  return csv;
}

TEST(InventoryRecords, ReadsFilesOfSpreadsheetsAndEditors) {
  StoreAsker server;
  apply(server, read(fleet_csv));
  const std::string csv = write_inventory(fetch(server), FileForm::csv);
  const std::string semicolons = with_semicolons(csv);
  const std::string blank(
      static_cast<std::size_t>(std::ranges::count(csv.substr(0, csv.find('\n')), ',')), ',');
  const std::pair<std::string, FileForm> files[] = {
      {"\xef\xbb\xbf" + csv, FileForm::csv},
      {"\xef\xbb\xbf" + write_inventory(fetch(server), FileForm::json), FileForm::json},
      {semicolons, FileForm::csv},
      {"sep=;\r\n" + semicolons, FileForm::csv},
      {csv + blank + "\n" + blank + ",,\n", FileForm::csv}};
  for (const auto& [text, form] : files) {
    EXPECT_EQ(apply(server, read(text, form)), std::vector<std::string>{}) << text;
  }
}

TEST(InventoryRecords, KeepsTextThatBeginsAFormula) {
  for (const FileForm form : {FileForm::csv, FileForm::json}) {
    StoreAsker server;
    apply(server, read("kind,ip,plant\nserver,10.0.0.1,\"=cmd|'/c calc'!A0\"\n"));
    const std::string text = write_inventory(fetch(server), form);
    EXPECT_EQ(text.find(",=cmd"), std::string::npos);
    EXPECT_EQ(apply(server, read(text, form)), std::vector<std::string>{}) << text;
  }
}

TEST(InventoryRecords, GoesThroughAFileToAnotherServer) {
  for (const FileForm form : {FileForm::csv, FileForm::json}) {
    StoreAsker from;
    apply(from, read(fleet_csv));
    const std::string text = write_inventory(fetch(from), form);
    StoreAsker to;
    apply(to, read(text, form));
    EXPECT_EQ(write_inventory(fetch(to), form), text);
  }
}

TEST(InventoryRecords, ShowsEachDifferenceFromOldToNew) {
  StoreAsker server;
  apply(server, read(fleet_csv));
  const auto lines = apply(server, read("kind,ip,port,name,os,role,version,master,tags,stat\n"
                                        "server,10.0.0.1,,db1,Debian 13,,,,env=prod,1\n"
                                        "server,10.0.0.3,,,,,,,,1\n"
                                        "instance,10.0.0.2,3306,orders-b,,1,11.4,,,1\n"
                                        "database,10.0.0.1,3306,orders,,,,,,0\n"));
  auto sorted = lines;
  std::ranges::sort(sorted);
  const std::vector<std::string> want{
      "+ server 10.0.0.3  os '', tags none", "- database 10.0.0.1:3306/orders  stat 1 -> 0",
      "~ instance 10.0.0.2:3306  role 2 -> 1, version '10.11' -> '11.4', "
      "master '10.0.0.1:3306' -> ''",
      "~ server 10.0.0.1  os 'Debian 12' -> 'Debian 13', tags env=prod,tier=1 -> env=prod"};
  EXPECT_EQ(sorted, want);
}

TEST(InventoryRecords, WithDeleteTakesOfflineWhatTheFileDoesNotHave) {
  StoreAsker server;
  apply(server, read(fleet_csv));
  EXPECT_EQ(apply(server, read("kind,ip\nserver,10.0.0.1\n")), std::vector<std::string>{});
  apply(server, read("kind,ip\nserver,10.0.0.1\n"), true);
  const InventoryModel current = fetch(server);
  for (const Record& record : current.records) {
    EXPECT_EQ(record.online(), name_of(record) == "server 10.0.0.1") << name_of(record);
  }
}

TEST(InventoryRecords, BringsBackWhatIsOffline) {
  StoreAsker server;
  apply(server, read(fleet_csv));
  apply(server, read("kind,ip\n"), true);
  const auto lines = apply(server, read(fleet_csv));
  EXPECT_FALSE(lines.empty());
  EXPECT_EQ(apply(server, read(fleet_csv)), std::vector<std::string>{});
}

TEST(InventoryRecords, SaysWhatWasDoneWhenAStepFails) {
  StoreAsker server;
  server.refuse = "add_database";
  const InventoryModel wanted = read(fleet_csv);
  auto plan = plan_for_server(server, wanted, false);
  ASSERT_TRUE(plan);
  std::size_t printed = 0;
  const auto done = apply_plan(server, std::move(*plan), wanted, false, [&](const Difference&) {
    ++printed;
    return Result<void>();
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::unavailable);
  // The offline server waits for the end, the databases were not reached.
  EXPECT_EQ(printed, 6u);
  for (const char* part :
       {"fleet:10: database 10.0.0.1:3306/old: add_database: the connection broke",
        "of 9 differences 6 are done", "1 begun: server 10.0.0.9"}) {
    EXPECT_NE(done.error().message.find(part), std::string::npos) << done.error().message;
  }
  server.refuse.clear();
  apply(server, wanted);
  EXPECT_EQ(apply(server, wanted), std::vector<std::string>{});
}

TEST(InventoryRecords, ChangesNothingWhenAMasterIsUnknown) {
  StoreAsker server;
  const InventoryModel wanted = read("kind,ip,port,master\ninstance,10.0.0.1,3306,10.0.0.7:3306\n");
  const auto plan = plan_for_server(server, wanted, false);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().message,
            "fleet:2: the master 10.0.0.7:3306 of instance 10.0.0.1:3306 is neither in the file "
            "nor on the server");
}

TEST(InventoryRecords, RefusesBeforehandToTakeOfflineWhatOthersNeed) {
  const struct {
    const char* name;
    const char* text;
    bool remove;
    const char* message;  // empty: not refused
  } cases[] = {
      {"a master", "kind,ip,port,stat\ninstance,10.0.0.1,3306,0\n", false,
       "fleet:2: instance 10.0.0.1:3306 cannot go offline: instance 10.0.0.2:3306 is its slave"},
      {"a master and its slave",
       "kind,ip,port,stat\ninstance,10.0.0.1,3306,0\ninstance,10.0.0.2,3306,0\n", false, ""},
      {"a master whose slave gets another",
       "kind,ip,port,master,stat\ninstance,10.0.0.1,3306,,0\ninstance,10.0.0.2,3306,,1\n", false,
       ""},
      {"a server", "kind,ip,stat\nserver,10.0.0.2,0\n", false,
       "fleet:2: server 10.0.0.2 cannot go offline: instance 10.0.0.2:3306 is on it"},
      {"a server and its instance",
       "kind,ip,port,stat\nserver,10.0.0.2,,0\ninstance,10.0.0.2,3306,0\n", false, ""},
      {"a master that the file does not have",
       "kind,ip,port,master\ninstance,10.0.0.2,3306,10.0.0.1:3306\nserver,10.0.0.2,,\n", true,
       "instance 10.0.0.1:3306 cannot go offline: instance 10.0.0.2:3306 is its slave"},
      {"all of them", "kind,ip\n", true, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    StoreAsker server;
    apply(server, read(fleet_csv));
    const auto plan = plan_for_server(server, read(c.text), c.remove);
    ASSERT_EQ(plan.has_value(), *c.message == '\0') << (plan ? "" : plan.error().message);
    if (plan) continue;
    EXPECT_EQ(plan.error().code, Errc::refused);
    EXPECT_TRUE(plan.error().message.starts_with(c.message)) << plan.error().message;
  }
}

TEST(InventoryRecords, OfALegacyServerIsFetchedToo) {
  StoreAsker server(Dialect::legacy);
  for (const char* text : {"'10.0.0.1',3306,instance_version='10.10'",
                           "'10.0.0.2',3306,instance_role=2,instance_master=1"}) {
    ASSERT_TRUE(server.ask({.function = "add_instance", .args = text}));
  }
  const InventoryModel inventory = fetch(server);
  const Record* slave = inventory.find(*find_record_kind("instance"), {"10.0.0.2", 3306});
  ASSERT_NE(slave, nullptr);
  EXPECT_EQ(slave->text("master"), "10.0.0.1:3306");
  const Record* master = inventory.find(*find_record_kind("instance"), {"10.0.0.1", 3306});
  ASSERT_NE(master, nullptr);
  EXPECT_EQ(master->text("version"), "10.10");
}

TEST(InventoryFile, NamesTheLineAndTheFieldThatAreWrong) {
  const struct {
    const char* name;
    FileForm form;
    const char* text;
    const char* message;  // how it begins
  } cases[] = {
      {"nothing", FileForm::csv, "", "fleet: "},
      {"an unknown column", FileForm::csv, "kind,ip,verison\n",
       "fleet: there is no column \"verison\", did you mean 'version'?"},
      {"no kind column", FileForm::csv, "ip\n10.0.0.1\n", "fleet: column kind is missing"},
      {"an unknown kind", FileForm::csv, "kind,ip\nsevrer,10.0.0.1\n",
       "fleet:2: there is no kind \"sevrer\", did you mean 'server'?"},
      {"an address", FileForm::csv, "kind,ip\nserver,10.0.0.1\n\nserver,10.0.0.256\n",
       "fleet:4: ip takes an IPv4 address"},
      {"a port", FileForm::csv, "kind,ip,port\ninstance,10.0.0.1,70000\n",
       "fleet:2: port takes a port, 1 to 65535, not"},
      {"a missing key", FileForm::csv, "kind,ip,port\ninstance,10.0.0.1,\n",
       "fleet:2: port is missing"},
      {"a field of another kind", FileForm::csv, "kind,ip,role\nserver,10.0.0.1,1\n",
       "fleet:2: a server has no field \"role\""},
      {"a master that is no place", FileForm::csv,
       "kind,ip,port,master\ninstance,10.0.0.1,3306,7\n", "fleet:2: master takes the place"},
      {"a record twice", FileForm::csv, "kind,ip\nserver,10.0.0.1\nserver,10.0.0.1\n",
       "fleet:3: server 10.0.0.1 is at fleet:2 already"},
      {"online on an offline server", FileForm::csv,
       "kind,ip,port,stat\nserver,10.0.0.1,,0\ninstance,10.0.0.1,3306,1\n",
       "fleet:3: instance 10.0.0.1:3306 is online, but server 10.0.0.1 (fleet:2) is not"},
      {"a slave of an offline master", FileForm::csv,
       "kind,ip,port,stat,master\ninstance,10.0.0.1,3306,0,\n"
       "instance,10.0.0.2,3306,1,10.0.0.1:3306\n",
       "fleet:3: instance 10.0.0.2:3306 is online, but its master 10.0.0.1:3306 (fleet:2) is not"},
      {"its own master", FileForm::csv,
       "kind,ip,port,master\ninstance,10.0.0.1,3306,10.0.0.1:3306\n",
       "fleet:2: instance 10.0.0.1:3306 is its own master"},
      {"no JSON", FileForm::json, "{", "fleet: "},
      {"no object", FileForm::json, "[]", "fleet:1: an object of lists is due, not list"},
      {"an unknown list", FileForm::json, "{\"sevrers\": []}",
       "fleet: there is no list \"sevrers\", did you mean 'servers'?"},
      {"no list", FileForm::json, "{\"servers\": 1}", "fleet: servers is integer where"},
      {"no record", FileForm::json, "{\"servers\": [1]}", "fleet: servers holds integer where"},
      {"a field of a record", FileForm::json,
       "{\"servers\": [\n{\"ip\": \"10.0.0.1\", \"tags\": {\"a\": \"{\"}},\n{\"ip\": "
       "\"10.0.0.2\",\n\"oss\": 1}]}",
       "fleet:3: a server has no field \"oss\", did you mean 'os'?"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto inventory = read_inventory(c.text, c.form, "fleet");
    ASSERT_FALSE(inventory);
    EXPECT_EQ(inventory.error().code, Errc::invalid_argument);
    EXPECT_TRUE(inventory.error().message.starts_with(c.message)) << inventory.error().message;
  }
}

TEST(InventoryFile, IsReadByItsName) {
  EXPECT_EQ(file_form("", "a.csv").value(), FileForm::csv);
  EXPECT_EQ(file_form("", "a.json").value(), FileForm::json);
  EXPECT_EQ(file_form("", "-").value(), FileForm::csv);
  EXPECT_EQ(file_form("json", "-").value(), FileForm::json);
  EXPECT_FALSE(file_form("", "a.txt"));
  EXPECT_FALSE(file_form("xml", "a.csv"));
}

}  // namespace
}  // namespace mega
