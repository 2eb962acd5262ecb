#include "audit/audit_store.h"
#include "tests/support/store.h"

#include "tests/inventory/store/fixture.h"

#include <gmock/gmock.h>

#include <thread>

namespace mega {
namespace {

using testing::ElementsAre;

class StoreAudit : public testing::Test {
 protected:
  StoreAudit() : store(Store::open_in_memory(clock).value()) {}

  std::vector<std::string> ids(const AuditFilter& filter) {
    return lines(store->audit.audit(filter), {"id"});
  }

  FakeClock clock;
  std::unique_ptr<Store> store;
};

TEST_F(StoreAudit, EveryFilterSelectsItsRows) {
  const Time start = clock.now();
  ASSERT_TRUE(store->inventory.add_server(
      {"root", "unix", "uid=0 pid=7", "add_server", "'10.0.0.1'"}, "10.0.0.1", {.name = "Orders"}));
  clock.advance(std::chrono::seconds(10));
  ASSERT_TRUE(store->audit.add_refusal({"graphs", "tls", "10.0.0.8:50002", "del_server", ""},
                                       {Errc::not_allowed, "no"}));
  clock.advance(std::chrono::seconds(10));
  ASSERT_TRUE(store->audit.add_refusal({"fd00::8", "legacy", "[fd00::8]:50002", "mod_server", ""},
                                       {Errc::refused, "still needed"}));
  const struct {
    const char* name;
    AuditFilter filter;
    std::vector<std::string> ids;
  } cases[] = {
      {"none", {}, {"3", "2", "1"}},
      {"since", {.since = Time{start.seconds + 10}}, {"3", "2"}},
      {"until", {.until = Time{start.seconds + 10}}, {"1"}},
      {"who", {.who = "graphs"}, {"2"}},
      {"function", {.function = "add_server"}, {"1"}},
      {"door", {.door = "legacy"}, {"3"}},
      {"peer", {.peer = "10.0.0.8:50002"}, {"2"}},
      {"peer without its port", {.peer = "10.0.0.8"}, {"2"}},
      {"peer of IPv6 without its port", {.peer = "fd00::8"}, {"3"}},
      {"peer without its pid", {.peer = "uid=0"}, {"1"}},
      {"the beginning of an address is none", {.peer = "10.0.0"}, {}},
      {"result done", {.result = "done"}, {"1"}},
      {"result of a kind", {.result = "not_allowed"}, {"2"}},
      {"refused", {.refused = true}, {"3", "2"}},
      {"text of the record", {.text = "oRDERS"}, {"1"}},
      {"text of the result", {.text = "Still"}, {"3"}},
      {"limit", {.limit = 1}, {"3"}},
      {"two at once", {.who = "graphs", .result = "done"}, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(ids(c.filter), c.ids);
  }
}

TEST_F(StoreAudit, ARefusalIsCutToItsColumnAndTellsOfThoseBeforeIt) {
  ASSERT_TRUE(store->audit.add_refusal(root, {Errc::refused, std::string(400, 'x')}, 17));
  const auto results = lines(store->audit.audit(0), {"before", "after", "result"});
  ASSERT_EQ(results.size(), 1U);
  const std::string begin = "None None refused: xxx";
  const std::string end = "x; 17 refusals before it are not in the audit";
  EXPECT_EQ(results[0].substr(0, begin.size()), begin);
  EXPECT_EQ(results[0].substr(results[0].size() - end.size()), end);
  EXPECT_EQ(results[0].size(), std::string("None None ").size() + 255);
}

TEST_F(StoreAudit, HoldsAfterEveryKindOfChange) {
  EXPECT_EQ(store->audit.verify_audit()->rows, 0);
  ASSERT_TRUE(store->inventory.add_database(root, "10.0.0.1", 3306, "shop", {}));
  ASSERT_TRUE(store->inventory.mod_database(root, "10.0.0.1", 3306, "shop", {.level = 3}));
  ASSERT_TRUE(store->inventory.add_owner(root, {.name = "dba"}));
  ASSERT_TRUE(store->audit.add_refusal(root, {Errc::refused, "no"}));
  ASSERT_FALSE(store->inventory.del_server(root, "10.0.0.1"))
      << "a change that fails leaves no row";
  const auto check = store->audit.verify_audit();
  ASSERT_TRUE(check) << error_of(check);
  EXPECT_EQ(check->broken, std::nullopt) << check->why;
  EXPECT_EQ(check->rows, 6);
  EXPECT_EQ(check->first_id, 1);
  EXPECT_EQ(check->last_id, 6);
  EXPECT_EQ(check->previous, "");
  EXPECT_THAT(lines(store->audit.audit(1), {"hash"}), ElementsAre(check->hash));
}

TEST(StoreAuditThreads, WritersAtOnceMakeOneChain) {
  const Scratch folder;
  const FakeClock clock;
  const auto store = Store::open({.folder = folder.path(), .readers = 2}, clock);
  ASSERT_TRUE(store) << error_of(store);
  constexpr int writers = 4, each = 25;
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < each; ++i) {
        EXPECT_TRUE((*store)->inventory.add_server(root, fmt::format("10.0.{}.{}", w, i + 1), {}));
        const auto check = (*store)->audit.verify_audit();  // of a snapshot, while others write
        EXPECT_TRUE(check && !check->broken) << error_of(check);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const auto check = (*store)->audit.verify_audit();
  EXPECT_EQ(check->broken, std::nullopt) << check->why;
  EXPECT_EQ(check->rows, writers * each);
}

}  // namespace
}  // namespace mega
