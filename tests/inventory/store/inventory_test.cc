#include "tests/inventory/store/fixture.h"
#include "tests/support/store.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StoreInventory : public testing::Test {
 protected:
  StoreInventory() {
    auto opened = Store::open_in_memory(clock);
    EXPECT_TRUE(opened) << error_of(opened);
    store = std::move(*opened);
  }

  std::string server(const std::string& ip, const std::string& column) {
    const auto row = store->inventory.server(ip);
    return !row ? error_of(row) : !*row ? "unknown" : cell(**row, column);
  }
  std::string instance(const std::string& ip, std::int64_t port, const std::string& column) {
    const auto row = store->inventory.instance(ip, port);
    return !row ? error_of(row) : !*row ? "unknown" : cell(**row, column);
  }
  std::string database(const std::string& name, const std::string& column) {
    const auto row = store->inventory.database("10.0.0.1", 3306, name);
    return !row ? error_of(row) : !*row ? "unknown" : cell(**row, column);
  }
  std::int64_t id_of(const std::string& ip, std::int64_t port) {
    return std::stoll(instance(ip, port, "id"));
  }
  std::size_t audit_rows() { return store->audit.audit(0)->size(); }

  FakeClock clock;
  std::unique_ptr<Store> store;
};

TEST_F(StoreInventory, GivesAServerItsDefaults) {
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.1", {}));
  EXPECT_THAT(lines(store->inventory.servers({}), {"id", "ip", "name", "os", "stat", "type",
                                                   "plant", "owner", "owner_name", "online_date"}),
              ElementsAre("1 10.0.0.1 10.0.0.1 Linux 1 0  1 None @1406787187"));
}

TEST_F(StoreInventory, GivesAnInstanceItsDefaults) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  EXPECT_THAT(lines(store->inventory.instances({}),
                    {"id", "name", "server_id", "ip", "port", "owner", "owner_id", "level",
                     "business_id", "business", "db_type", "ha_type", "role", "version",
                     "master_id", "slowlog", "stat", "online_date"}),
              ElementsAre("1 10.0.0.1 1 10.0.0.1 3306 None 1 1 1 None MySQL MS 1  0 0 1 "
                          "@1406787187"));
}

TEST_F(StoreInventory, GivesADatabaseItsDefaults) {
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "shop", {}));
  EXPECT_THAT(lines(store->inventory.databases({}),
                    {"id", "ip", "port", "name", "level", "instance_id", "business_id", "business",
                     "owner", "owner_name", "online_date", "stat"}),
              ElementsAre("1 10.0.0.1 3306 shop 1 1 1 None 1 None @1406787187 1"));
}

TEST_F(StoreInventory, ListsTheColumnsInTheOrderThatCallersKnow) {
  EXPECT_THAT(*store->inventory.servers({})->columns,
              ElementsAre("id", "ip", "name", "os", "stat", "type", "plant", "owner", "owner_name",
                          "online_date"));
  EXPECT_THAT(*store->inventory.instances({})->columns,
              ElementsAre("id", "name", "server_id", "ip", "port", "owner", "owner_id", "level",
                          "business_id", "business", "db_type", "ha_type", "role", "version",
                          "master_id", "slowlog", "stat", "online_date"));
  EXPECT_THAT(*store->inventory.databases({})->columns,
              ElementsAre("id", "ip", "port", "name", "level", "instance_id", "business_id",
                          "business", "owner", "owner_name", "online_date", "stat"));
}

TEST_F(StoreInventory, AddsTheServerOfAnInstanceAndTheInstanceOfADatabase) {
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "shop", {.level = 3}));
  EXPECT_EQ(server("10.0.0.1", "stat"), "1");
  EXPECT_EQ(instance("10.0.0.1", 3306, "level"), "1");
  EXPECT_EQ(database("shop", "level"), "3");
}

TEST_F(StoreInventory, StoresWhatAnAddWasGiven) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306,
                                            {.name = "orders-1",
                                             .db_type = "MariaDB",
                                             .ha_type = "MM",
                                             .version = "10.11.6",
                                             .level = 2,
                                             .owner = 7,
                                             .business = 8,
                                             .role = 3,
                                             .slowlog = 1,
                                             .online_date = Time{1}}));
  EXPECT_THAT(lines(store->inventory.instances({}),
                    {"name", "db_type", "ha_type", "version", "level", "owner_id", "business_id",
                     "role", "slowlog", "online_date"}),
              ElementsAre("orders-1 MariaDB MM 10.11.6 2 7 8 3 1 @1"));
}

TEST_F(StoreInventory, TakesAnInstanceWithAMasterForASlave) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.2", 3306, {.master_id = 1}));
  EXPECT_EQ(instance("10.0.0.2", 3306, "role"), "2");
  EXPECT_EQ(instance("10.0.0.1", 3306, "role"), "1");
}

TEST_F(StoreInventory, AddingTwiceChangesOnlyWhatIsGiven) {
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.1", {.name = "db1", .plant = "rack 4"}));
  clock.advance(std::chrono::seconds(60));
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.1", {.name = "db01"}));
  EXPECT_EQ(server("10.0.0.1", "name"), "db01");
  EXPECT_EQ(server("10.0.0.1", "plant"), "rack 4");
  EXPECT_EQ(server("10.0.0.1", "online_date"), "@1406787187");
  EXPECT_EQ(store->inventory.servers({})->size(), 1U);
}

TEST_F(StoreInventory, AddingTheSameAgainWritesNothing) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {.role = 1}));
  const auto before = audit_rows();
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {.role = 1}));
  EXPECT_EQ(audit_rows(), before);
}

TEST_F(StoreInventory, DeletingKeepsTheRowAndAddingBringsItBack) {
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.1", {.name = "db1"}));
  ASSERT_TRUE(store->inventory.del_server(root, "10.0.0.1"));
  EXPECT_EQ(server("10.0.0.1", "stat"), "0");
  EXPECT_EQ(server("10.0.0.1", "name"), "db1");
  clock.advance(std::chrono::seconds(60));
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.1", {}));
  EXPECT_EQ(server("10.0.0.1", "stat"), "1");
  EXPECT_EQ(server("10.0.0.1", "name"), "db1");
  EXPECT_EQ(server("10.0.0.1", "id"), "1");
  EXPECT_EQ(server("10.0.0.1", "online_date"), "@1406787247");
}

TEST_F(StoreInventory, DeletingWhatIsOfflineAlreadyIsNoError) {
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.1", {}));
  ASSERT_TRUE(store->inventory.del_server(root, "10.0.0.1"));
  EXPECT_TRUE(store->inventory.del_server(root, "10.0.0.1"));
}

TEST_F(StoreInventory, BringsTheServerBackWithAnInstanceOfIt) {
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "shop", {}));
  ASSERT_TRUE(store->inventory.del_instance(root, "10.0.0.1", 3306));
  ASSERT_TRUE(store->inventory.del_server(root, "10.0.0.1"));
  EXPECT_EQ(database("shop", "stat"), "0") << "its instance is offline";
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  EXPECT_EQ(server("10.0.0.1", "stat"), "1");
  EXPECT_EQ(database("shop", "stat"), "1") << "it comes back with its instance";
}

TEST_F(StoreInventory, RefusesToDeleteWhatIsStillNeeded) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.2", 3307, {.master_id = 1}));
  EXPECT_EQ(error_of(store->inventory.del_server(root, "10.0.0.1")),
            "refused: server 10.0.0.1 still has 1 online instance (port 3306): delete it first");
  EXPECT_EQ(error_of(store->inventory.del_instance(root, "10.0.0.1", 3306)),
            "refused: instance 10.0.0.1:3306 is the master of 1 online slave (10.0.0.2:3307): give "
            "it another master first");
  EXPECT_EQ(error_of(store->inventory.mod_instance(root, "10.0.0.1", 3306, {.stat = 0})),
            error_of(store->inventory.del_instance(root, "10.0.0.1", 3306)))
      << "the same rule for mod";
  ASSERT_TRUE(store->inventory.del_instance(root, "10.0.0.2", 3307));
  EXPECT_TRUE(store->inventory.del_instance(root, "10.0.0.1", 3306));
  EXPECT_TRUE(store->inventory.del_server(root, "10.0.0.1"));
}

TEST_F(StoreInventory, ModChangesWhatIsGivenAndNothingElse) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.2", 3306,
                                            {.version = "8.0.36", .level = 4, .master_id = 1}));
  ASSERT_TRUE(store->inventory.mod_instance(root, "10.0.0.2", 3306, {.level = 5}));
  EXPECT_EQ(instance("10.0.0.2", 3306, "level"), "5");
  EXPECT_EQ(instance("10.0.0.2", 3306, "version"), "8.0.36");
  EXPECT_EQ(instance("10.0.0.2", 3306, "master_id"), "1");
  EXPECT_EQ(instance("10.0.0.2", 3306, "role"), "2");
}

TEST_F(StoreInventory, MovesInstancesAndDatabasesWithTheirServer) {
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "shop", {}));
  ASSERT_TRUE(store->inventory.mod_server(root, "10.0.0.1", {.ip = "10.0.0.9"}));
  EXPECT_EQ(instance("10.0.0.1", 3306, "id"), "unknown");
  EXPECT_EQ(instance("10.0.0.9", 3306, "id"), "1");
  EXPECT_TRUE(store->inventory.database("10.0.0.9", 3306, "shop")->has_value());
  EXPECT_EQ(server("10.0.0.9", "name"), "10.0.0.1") << "the name was not given";
}

TEST_F(StoreInventory, MovesAnInstanceToAServerThatItAdds) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  ASSERT_TRUE(
      store->inventory.mod_instance(root, "10.0.0.1", 3306, {.ip = "10.0.0.2", .port = 3307}));
  EXPECT_EQ(instance("10.0.0.2", 3307, "id"), "1");
  EXPECT_EQ(server("10.0.0.2", "stat"), "1");
  EXPECT_TRUE(store->inventory.del_server(root, "10.0.0.1")) << "nothing stands on it any more";
}

TEST_F(StoreInventory, RefusesToMoveOntoWhatIsThere) {
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "shop", {}));
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "mail", {}));
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.2", 3306, {}));
  EXPECT_EQ(error_of(store->inventory.mod_server(root, "10.0.0.1", {.ip = "10.0.0.2"})),
            "already_exists: server 10.0.0.2 exists already (id 2)");
  EXPECT_EQ(error_of(store->inventory.mod_instance(root, "10.0.0.1", 3306, {.ip = "10.0.0.2"})),
            "already_exists: instance 10.0.0.2:3306 exists already (id 2)");
  EXPECT_EQ(
      error_of(store->inventory.mod_database(root, "10.0.0.1", 3306, "shop", {.name = "mail"})),
      "already_exists: database \"mail\" exists already in 10.0.0.1:3306 (id 2)");
}

TEST_F(StoreInventory, NamesWhatIsUnknown) {
  EXPECT_EQ(error_of(store->inventory.mod_server(root, "10.0.0.1", {})),
            "not_found: there is no server 10.0.0.1");
  EXPECT_EQ(error_of(store->inventory.del_instance(root, "10.0.0.1", 3306)),
            "not_found: there is no instance 10.0.0.1:3306");
  EXPECT_EQ(error_of(store->inventory.del_database(root, "10.0.0.1", 3306, "x")),
            "not_found: there is no database \"x\" in 10.0.0.1:3306");
  EXPECT_EQ(server("10.0.0.1", "id"), "unknown");
}

TEST_F(StoreInventory, RefusesFieldsThatMakeNoSense) {
  const struct {
    const char* name;
    Result<void> result;
    const char* error;
  } cases[] = {
      {"an address", store->inventory.add_server(root, "10.0.0", {}),
       "invalid_argument: \"10.0.0\" is no IPv4 or IPv6 address"},
      {"stat", store->inventory.add_server(root, "10.0.0.1", {.stat = 5}),
       "invalid_argument: stat must be 0 (offline) or 1 (online), not 5"},
      {"long text", store->inventory.add_server(root, "10.0.0.1", {.plant = std::string(256, 'x')}),
       "invalid_argument: plant takes at most 255 bytes, not 256"},
      {"no text", store->inventory.add_server(root, "10.0.0.1", {.os = std::string("a\0", 2)}),
       "invalid_argument: os must be text without zero bytes, not \"a\\x00\""},
      {"a tag in no UTF-8",
       store->inventory.add_server(root, "10.0.0.1", {.tags = Tags{{"a", "\xff"}}}),
       "invalid_argument: tag a must be text in UTF-8, not \"\\xff\""},
      {"a tag", store->inventory.add_server(root, "10.0.0.1", {.tags = Tags{{"Big One", "x"}}}),
       "invalid_argument: tag \"Big One\" must be 1 to 64 of the characters a-z 0-9 _ . -"},
      {"a port", store->inventory.add_instance(root, "10.0.0.1", 65536, {}),
       "invalid_argument: port must be 1 to 65535, not 65536"},
      {"a role", store->inventory.add_instance(root, "10.0.0.1", 3306, {.role = 4}),
       "invalid_argument: role must be 1 (master), 2 (slave) or 3 (single), not 4"},
      {"a master", store->inventory.add_instance(root, "10.0.0.1", 3306, {.master_id = 99}),
       "invalid_argument: no instance has the id 99 that is to be the master of 10.0.0.1:3306"},
      {"a name", store->inventory.add_database(root, "10.0.0.1", 3306, " ", {}),
       "invalid_argument: name must not be empty"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(error_of(c.result), c.error);
  }
  EXPECT_THAT(lines(store->inventory.servers({}), {"ip"}), IsEmpty()) << "nothing half done stays";
  EXPECT_EQ(audit_rows(), 0U);
}

TEST_F(StoreInventory, RefusesAnInstanceAsItsOwnMaster) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  EXPECT_EQ(error_of(store->inventory.mod_instance(root, "10.0.0.1", 3306, {.master_id = 1})),
            "invalid_argument: instance 10.0.0.1:3306 cannot be its own master");
}

TEST_F(StoreInventory, SortsOnlineFirstThenAddressesAsText) {
  for (const char* ip : {"10.0.0.9", "10.0.0.10", "9.0.0.1", "10.0.0.1"}) {
    ASSERT_TRUE(store->inventory.add_instance(root, ip, 3307, {}));
    ASSERT_TRUE(store->inventory.add_instance(root, ip, 3306, {}));
  }
  ASSERT_TRUE(store->inventory.del_instance(root, "10.0.0.1", 3307));
  ASSERT_TRUE(store->inventory.del_instance(root, "10.0.0.1", 3306));
  EXPECT_THAT(
      lines(store->inventory.instances({}), {"stat", "ip", "port"}),
      ElementsAre("1 10.0.0.10 3306", "1 10.0.0.10 3307", "1 10.0.0.9 3306", "1 10.0.0.9 3307",
                  "1 9.0.0.1 3306", "1 9.0.0.1 3307", "0 10.0.0.1 3306", "0 10.0.0.1 3307"));
  EXPECT_THAT(lines(store->inventory.servers({}), {"ip"}),
              ElementsAre("10.0.0.1", "10.0.0.10", "10.0.0.9", "9.0.0.1"));
}

TEST_F(StoreInventory, ListsByStateRoleAndCount) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.2", 3306, {.role = 2}));
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.3", 3306, {.role = 2, .stat = 0}));
  const struct {
    const char* name;
    Listing listing;
    std::vector<std::string> ips;
  } cases[] = {
      {"all", {}, {"10.0.0.1", "10.0.0.2", "10.0.0.3"}},
      {"online", {.state = State::online}, {"10.0.0.1", "10.0.0.2"}},
      {"offline", {.state = State::offline}, {"10.0.0.3"}},
      {"slaves", {.role = 2}, {"10.0.0.2", "10.0.0.3"}},
      {"offline slaves", {.state = State::offline, .role = 2}, {"10.0.0.3"}},
      {"no such role", {.role = 77}, {}},
      {"the first two", {.limit = 2}, {"10.0.0.1", "10.0.0.2"}},
      {"more than there are", {.limit = 9}, {"10.0.0.1", "10.0.0.2", "10.0.0.3"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(lines(store->inventory.instances(c.listing), {"ip"}), c.ips);
  }
  EXPECT_EQ(error_of(store->inventory.instances({.limit = -1})),
            "invalid_argument: count must be 0 (all) or a number of rows, not -1");
}

TEST_F(StoreInventory, ADatabaseNameIsUniqueWithinItsInstanceOnly) {
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "shop", {}));
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "shop", {.level = 2}));
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3307, "shop", {}));
  EXPECT_THAT(lines(store->inventory.databases({}), {"port", "name", "level"}),
              ElementsAre("3306 shop 2", "3307 shop 1"));
}

TEST_F(StoreInventory, NamesOwnersAndBusinessesOnceTheyAreKnown) {
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.1", 3306, {}));
  EXPECT_EQ(*store->inventory.add_owner(root, {.name = "dba"}), 1);
  EXPECT_EQ(*store->inventory.add_business(root, {.name = "orders"}), 1);
  EXPECT_EQ(instance("10.0.0.1", 3306, "owner"), "dba");
  EXPECT_EQ(instance("10.0.0.1", 3306, "business"), "orders");
  EXPECT_EQ(server("10.0.0.1", "owner_name"), "dba");
}

TEST_F(StoreInventory, OwnersAreAddedChangedAndListed) {
  EXPECT_EQ(*store->inventory.add_owner(root, {.id = 7, .name = "dba", .comment = "day"}), 7);
  EXPECT_EQ(*store->inventory.add_owner(root, {.name = "dev"}), 8);
  EXPECT_EQ(*store->inventory.add_owner(root, {.name = "dev", .comment = "again"}), 8);
  ASSERT_TRUE(store->inventory.mod_owner(root, 7, {.name = "dbas", .comment = "night", .stat = 0}));
  EXPECT_THAT(lines(store->inventory.owners(), {"id", "name", "comment", "stat"}),
              ElementsAre("8 dev again 1", "7 dbas night 0"));
  EXPECT_EQ(error_of(store->inventory.add_owner(root, {.id = 9, .name = "dev"})),
            "already_exists: owner \"dev\" exists already (id 8)");
  EXPECT_EQ(error_of(store->inventory.add_owner(root, {.id = 8, .name = "ops"})),
            "already_exists: owner 8 exists already with the name \"dev\"");
  EXPECT_EQ(error_of(store->inventory.mod_owner(root, 7, {.name = "dev"})),
            "already_exists: owner \"dev\" exists already (id 8)");
  EXPECT_EQ(error_of(store->inventory.mod_business(root, 7, {.name = "dev"})),
            "not_found: there is no business with the id 7");
  EXPECT_EQ(error_of(store->inventory.add_owner(root, {.name = ""})),
            "invalid_argument: name must not be empty");
}

TEST_F(StoreInventory, AuditsWhoChangedWhatFromWhatToWhat) {
  const Author author{"deploy", "legacy", "10.0.0.7:51532", "add_instance", "'10.0.0.1',3306"};
  ASSERT_TRUE(store->inventory.add_instance(author, "10.0.0.1", 3306, {}));
  clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(store->inventory.mod_instance(root, "10.0.0.1", 3306, {.level = 9}));
  EXPECT_THAT(
      lines(store->audit.audit(0), {"id", "time", "who", "door", "peer", "function", "args"}),
      ElementsAre("3 @1406787188 root unix uid=0 pid=1 test ",
                  "2 @1406787187 deploy legacy 10.0.0.7:51532 add_instance "
                  "'10.0.0.1',3306",
                  "1 @1406787187 deploy legacy 10.0.0.7:51532 add_instance "
                  "'10.0.0.1',3306"))
      << "one row for the server that it added, too";
  const auto newest = lines(store->audit.audit(1), {"before", "after", "result"});
  ASSERT_EQ(newest.size(), 1U);
  EXPECT_THAT(newest[0], testing::ContainsRegex("\"level\":1,.*\"level\":9,.* done$"));
}

TEST_F(StoreInventory, KeepsTagsUntilTheyAreReplaced) {
  ASSERT_TRUE(
      store->inventory.add_server(root, "10.0.0.1", {.tags = Tags{{"env", "prod"}, {"ssd", ""}}}));
  ASSERT_TRUE(store->inventory.mod_server(root, "10.0.0.1", {.name = "x"}));
  EXPECT_THAT(lines(store->inventory.search("server", "", State::all, 0), {"tags"}),
              ElementsAre("{env=prod,ssd=}"));
  ASSERT_TRUE(store->inventory.mod_server(root, "10.0.0.1", {.tags = Tags{{"env", "test"}}}));
  EXPECT_THAT(lines(store->inventory.search("server", "", State::all, 0), {"tags"}),
              ElementsAre("{env=test}"));
}

}  // namespace
}  // namespace mega
