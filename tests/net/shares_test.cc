#include "net/shares.h"

#include "net/socket_address.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace mega {
namespace {

Budget budget_of_ten(bool shared) { return {.most = {10, 10, 10, 10}, .shared = shared}; }

// Takes one after the other, and says how many it got.
int take_all(CallerAccount& account) {
  int taken = 0;
  while (account.take(Resource::requests, 1)) ++taken;
  return taken;
}

TEST(CallerAccount, GetsHalfOfWhatOthersLeave) {
  Budget budget = budget_of_ten(true);
  CallerAccount first(budget), second(budget), third(budget);
  EXPECT_EQ(take_all(first), 5);
  EXPECT_EQ(take_all(second), 3);
  EXPECT_EQ(take_all(third), 1);
  first.give_back(Resource::requests, 5);
  EXPECT_EQ(take_all(third), 3) << "it has four, half of what the second leaves, rounded up";
}

TEST(CallerAccount, OfTheUnixSocketGetsAll) {
  Budget budget = budget_of_ten(false);
  CallerAccount account(budget);
  EXPECT_EQ(take_all(account), 10);
}

TEST(CallerAccount, TakesAllOfAnAmountOrNothing) {
  Budget budget = budget_of_ten(true);
  CallerAccount account(budget), other(budget);
  EXPECT_FALSE(account.take(Resource::held, 11));
  EXPECT_TRUE(account.take(Resource::held, 6)) << "nothing was held";
  EXPECT_FALSE(account.take(Resource::held, 1));
  EXPECT_TRUE(other.take(Resource::held, 4));
  account.give_back(Resource::held, 6);
  other.give_back(Resource::held, 4);
  EXPECT_EQ(budget.used[static_cast<std::size_t>(Resource::held)], 0);
}

TEST(CallerAccount, IsOverWhenItHoldsMoreThanIsFree) {
  Budget budget = budget_of_ten(true);
  CallerAccount account(budget), other(budget);
  account.add(Resource::unsent, 5);
  EXPECT_FALSE(account.is_over(Resource::unsent));
  account.add(Resource::unsent, 1);
  EXPECT_TRUE(account.is_over(Resource::unsent));
  EXPECT_FALSE(other.is_over(Resource::unsent)) << "others are not concerned";
  EXPECT_FALSE(account.is_over(Resource::held));
}

class TurnstileTest : public testing::Test {
 protected:
  std::shared_ptr<CallerAccount> enter(const std::string& address) {
    return turnstile.enter(address, refusal);
  }

  Budget shared = budget_of_ten(true), local = budget_of_ten(false);
  Turnstile turnstile{
      {.connections = 10, .connections_per_caller = 3, .local_connections = 2}, shared, local};
  std::string_view refusal;
};

TEST_F(TurnstileTest, CountsByAddressGroup) {
  const auto account = enter("10.0.0.1");
  EXPECT_EQ(enter("10.0.0.1"), account);
  EXPECT_EQ(enter("10.0.0.1"), account);
  EXPECT_EQ(enter("10.0.0.1"), nullptr);
  EXPECT_EQ(refusal, "limits.connections_per_address is reached");
  EXPECT_NE(enter("10.0.0.2"), nullptr);
  turnstile.leave(*account);
  EXPECT_EQ(enter("10.0.0.1"), account);
}

TEST_F(TurnstileTest, TakesAllOfLoopbackAndOfA64ForOneCaller) {
  for (const char* address : {"127.0.0.1", "127.9.8.7", "::1"}) EXPECT_TRUE(enter(address));
  EXPECT_FALSE(enter("127.0.0.2"));
  for (const char* address : {"2001:db8::1", "2001:db8::2:0:0:1", "2001:db8::ffff"}) {
    EXPECT_TRUE(enter(address)) << address;
  }
  EXPECT_FALSE(enter("2001:db8::3"));
  EXPECT_TRUE(enter("2001:db8:0:1::3"));
}

TEST_F(TurnstileTest, LeavesRoomForAFurtherCaller) {
  std::vector<std::shared_ptr<CallerAccount>> inside;
  for (const char* address : {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) {
    while (auto account = enter(address)) inside.push_back(account);
  }
  EXPECT_EQ(inside.size(), 8u) << "three, three and two: as many as were free";
  EXPECT_EQ(refusal, "limits.connections is reached");
  EXPECT_TRUE(enter("10.0.0.4"));
  EXPECT_TRUE(enter("10.0.0.5"));
  EXPECT_FALSE(enter("10.0.0.6"));
}

TEST_F(TurnstileTest, HasRoomForTheUnixSocketHoweverManyComeOverTcp) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(enter("10.0.0." + std::to_string(i)));
  EXPECT_FALSE(enter("10.0.1.1"));
  const auto account = enter("");
  EXPECT_TRUE(account);
  EXPECT_TRUE(enter(""));
  EXPECT_FALSE(enter(""));
  EXPECT_EQ(turnstile.inside(), 12);
  turnstile.leave(*account);
  EXPECT_TRUE(enter(""));
}

TEST_F(TurnstileTest, CountsACertificateByItsNameAndNotByItsAddress) {
  std::shared_ptr<CallerAccount> named;
  for (int i = 0; i < 3; ++i) {
    const auto account = enter("10.0.0.1");
    ASSERT_TRUE(account);
    named = turnstile.recognize(*account, "10.0.0.1");
    ASSERT_TRUE(named);
    EXPECT_NE(named, account) << "a name that looks like an address is none";
  }
  const auto unknown = enter("10.0.0.1");
  ASSERT_TRUE(unknown);
  EXPECT_FALSE(turnstile.recognize(*unknown, "10.0.0.1")) << "a fourth of that name";
  EXPECT_TRUE(turnstile.recognize(*unknown, "db2"));
  turnstile.leave(*named);
  EXPECT_EQ(turnstile.inside(), 3);
}

TEST_F(TurnstileTest, ForgetsCallersThatAreGone) {
  const auto stays = enter("10.0.0.1");
  stays->add(Resource::requests, 1);
  for (int i = 0; i < 3000; ++i) {
    const auto account = enter(fmt::format("10.1.{}.{}", i / 250, i % 250));
    ASSERT_TRUE(account);
    turnstile.leave(*account);
  }
  EXPECT_EQ(enter("10.0.0.1"), stays);
}

TEST(AddressGroup, IsWhatOnePeerCanHaveAtWill) {
  const struct {
    const char *address, *group;
  } cases[] = {
      {"10.0.0.1", "10.0.0.1"},      {"127.0.0.1", "loopback"},
      {"::1", "loopback"},           {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
      {"fe80::1%eth0", "fe80::/64"}, {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(address_group(c.address), c.group) << c.address;
}

}  // namespace
}  // namespace mega
