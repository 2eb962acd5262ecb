// Long lists in parts: the same rows in the same order as in one piece, none of them held.
#include "tests/support/store.h"
#include "value/listing.h"

#include "tests/inventory/store/fixture.h"

#include <gmock/gmock.h>

#include <functional>
#include <iterator>

namespace mega {
namespace {

using testing::HasSubstr;

class ListsInParts : public testing::Test {
 protected:
  ListsInParts() {
    for (int i = 0; i < 100; ++i) {
      const std::string ip = fmt::format("10.0.0.{}", i);
      EXPECT_TRUE(store->inventory.add_server(root, ip, {}));
      EXPECT_TRUE(store->inventory.add_instance(root, ip, 3306, {}));
      EXPECT_TRUE(store->inventory.add_database(root, ip, 3306, "orders", {}));
      if (i % 3 != 0) continue;
      EXPECT_TRUE(store->inventory.del_instance(root, ip, 3306));
    }
  }

  using List = std::function<Result<Rows>(State, std::int64_t limit, const RowParts*)>;
  std::vector<List> all() {
    return {
        [this](State state, std::int64_t limit, const RowParts* parts) {
          return store->inventory.servers({.state = state, .limit = limit, .parts = parts});
        },
        [this](State state, std::int64_t limit, const RowParts* parts) {
          return store->inventory.instances({.state = state, .limit = limit, .parts = parts});
        },
        [this](State state, std::int64_t limit, const RowParts* parts) {
          return store->inventory.databases({.state = state, .limit = limit, .parts = parts});
        },
        [this](State state, std::int64_t limit, const RowParts* parts) {
          return store->inventory.search("instance", "port=3306 and not ip='10.0.0.7'", state,
                                         limit, parts);
        },
        [this](State, std::int64_t limit, const RowParts* parts) {
          return store->audit.audit({.limit = limit}, parts);
        },
    };
  }

  FakeClock clock;
  std::unique_ptr<Store> store = Store::open_in_memory(clock).value();
};

TEST_F(ListsInParts, HoldTheSameRowsInTheSameOrder) {
  for (const List& list : all()) {
    for (const State state : {State::all, State::online, State::offline}) {
      for (const std::int64_t limit : {0, 1, 50, 80}) {
        SCOPED_TRACE(testing::Message() << static_cast<int>(state) << " limit " << limit);
        const auto whole = list(state, limit, nullptr);
        ASSERT_TRUE(whole) << error_of(whole);

        std::vector<Value> cells;
        std::size_t largest = 0;
        const RowParts parts{.cells_max = 100, .take = [&](Rows part) -> Result<void> {
                               largest = std::max(largest, part.cells.size());
                               std::ranges::move(part.cells, std::back_inserter(cells));
                               return {};
                             }};
        auto rest = list(state, limit, &parts);
        ASSERT_TRUE(rest) << error_of(rest);
        EXPECT_LT(rest->cells.size(), 100u);
        EXPECT_LT(largest, 100 + rest->columns->size());
        std::ranges::move(rest->cells, std::back_inserter(cells));
        EXPECT_EQ(cells, whole->cells);
      }
    }
  }
}

TEST_F(ListsInParts, CountBytesOfTextAsWell) {
  std::size_t taken = 0;
  const RowParts parts{.cells_max = 1'000'000, .bytes_max = 500, .take = [&](Rows) -> Result<void> {
                         ++taken;
                         return {};
                       }};
  ASSERT_TRUE(store->inventory.servers({.parts = &parts}));
  EXPECT_GT(taken, 1u);  // 100 addresses of 8 bytes and more
}

TEST_F(ListsInParts, EndWithTheErrorOfWhoTakesThem) {
  const RowParts full{.cells_max = 100,
                      .take = [](Rows) -> Result<void> { return fail(Errc::failed, "no room"); }};
  for (const List& list : all()) {
    EXPECT_THAT(error_of(list(State::all, 0, &full)), HasSubstr("no room"));
    EXPECT_TRUE(list(State::all, 0, nullptr)) << "the connection is free again";
  }
}

}  // namespace
}  // namespace mega
