#include "api/write_shares.h"

#include "api/held_answers.h"
#include "tests/api/every_function_fixture.h"

#include <gmock/gmock.h>

#include <future>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr ShareRules three_then_one_a_second{
    .calls_at_once = 3, .period = seconds(1), .longest_hold = seconds(2), .callers_max = 2};

const WriteShares::Moment start{};

TEST(WriteShares, HoldBackCallsBeyondTheShareAtItsPace) {
  WriteShares shares(three_then_one_a_second);
  for (const int hold : {0, 0, 0, 1, 2}) {
    const auto taken = shares.take("a", start);
    ASSERT_TRUE(taken.has_value()) << taken.error().message;
    EXPECT_EQ(*taken, seconds(hold));
  }
  EXPECT_EQ(shares.take("a", start).error().code, Errc::unavailable);
  EXPECT_EQ(shares.take("a", start + seconds(1)).value(), seconds(2)) << "the refused one is free";
  EXPECT_EQ(shares.take("b", start).value(), seconds(0)) << "another caller";
}

TEST(WriteShares, AreWholeAgainAfterAPause) {
  WriteShares shares(three_then_one_a_second);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(shares.take("a", start));
  for (const int hold : {0, 0, 0, 1}) {
    EXPECT_EQ(shares.take("a", start + seconds(60)).value(), seconds(hold));
  }
}

TEST(WriteShares, GiveCallersBeyondTheMostOneShareTogether) {
  WriteShares shares(three_then_one_a_second);
  ASSERT_TRUE(shares.take("a", start));
  ASSERT_TRUE(shares.take("b", start));
  for (const char* late : {"c", "d", "e"}) EXPECT_EQ(shares.take(late, start).value(), seconds(0));
  EXPECT_EQ(shares.take("f", start).value(), seconds(1));
  EXPECT_EQ(shares.take("g", start + seconds(60)).value(), seconds(0))
      << "whole ones are forgotten";
}

TEST(WriteShares, KnowACallerByNameOrByNetwork) {
  const auto at = [](const char* address) {
    return share_of({.door = Door::legacy, .role = Role::reader, .name = "", .address = address});
  };
  EXPECT_EQ(at("127.0.0.1"), at("127.200.3.4"));
  EXPECT_EQ(at("::ffff:127.0.0.9"), at("127.0.0.1"));
  EXPECT_EQ(at("::1"), at("127.0.0.1"));
  EXPECT_EQ(at("::ffff:10.0.0.1"), at("10.0.0.1"));
  EXPECT_NE(at("10.0.0.1"), at("10.0.0.2"));
  EXPECT_EQ(at("2001:db8::1"), at("2001:db8::ffff:0:0:7"));
  EXPECT_NE(at("2001:db8::1"), at("2001:db8:0:1::1"));
  Caller named = reader_caller();
  const std::string share = share_of(named);
  named.address = "10.9.9.9";
  EXPECT_EQ(share_of(named), share);
}

TEST(HeldAnswers, AreSentOnceAllOfThemAtTheStop) {
  HeldAnswers answers;
  std::promise<void> due;
  answers.hold(milliseconds(1), [&] { due.set_value(); });
  due.get_future().get();
  int sent = 0;
  for (int i = 0; i < 3; ++i) answers.hold(std::chrono::hours(1), [&] { ++sent; });
  answers.stop();
  EXPECT_EQ(sent, 3);
  answers.hold(std::chrono::hours(1), [&] { ++sent; });
  EXPECT_EQ(sent, 4) << "at once, after the stop";
}

// Functions through dispatch, by callers whose share is one call.
class SharedWrites : public EveryFunctionTest {
 protected:
  SharedWrites() {
    api.shares = std::make_shared<WriteShares>(
        ShareRules{.calls_at_once = 1, .period = seconds(1), .longest_hold = milliseconds(0)});
  }
  Result<Value> scheduled(const Caller& caller) {
    return dispatch(
               api, caller,
               {.id = 1, .function = "main", .args = Value(""), .time = "03:00", .cycle = "day"})
        .result;
  }
};

TEST_F(SharedWrites, LimitReadersAgentsAndPeersOf2014) {
  EXPECT_TRUE(scheduled(reader_caller()).has_value());
  EXPECT_EQ(scheduled(reader_caller()).error().code, Errc::unavailable);
  EXPECT_EQ(outcome(reader_caller(), "del_schedule", "1").result.error().code, Errc::unavailable);
  EXPECT_TRUE(outcome(reader_caller(), "get_all_server").result.has_value())
      << "it changes nothing";
  EXPECT_TRUE(outcome(legacy_caller(), "client_ping", "'127.0.0.1'").result.has_value());
  EXPECT_EQ(outcome(legacy_caller(), "client_ping", "'127.0.0.1'").result.error().code,
            Errc::unavailable);
  EXPECT_EQ(value("get_all_schedule").as<Rows>()->size(), 1u);
}

TEST_F(SharedWrites, LimitNoOperatorAndNoAdmin) {
  for (const Caller& caller : {operator_caller(), admin_caller()}) {
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(scheduled(caller).has_value());
  }
  const Caller old_operator = legacy_caller(Role::operator_);
  EXPECT_TRUE(outcome(old_operator, "task_log", "1,None,None,0").result.has_value());
  EXPECT_EQ(outcome(old_operator, "task_log", "1,None,None,0").result.error().code,
            Errc::unavailable)
      << "it speaks as a host";
}

TEST_F(SharedWrites, WriteFewArgumentsIntoTheAudit) {
  const std::string text(3000, 'x');
  Envelope envelope{.id = 1,
                    .function = "search",
                    .args = Value(Map{{"what", text}}),
                    .time = "03:00",
                    .cycle = "day"};
  ASSERT_TRUE(dispatch(api, reader_caller(), envelope).result.has_value());
  const Rows rows = store->audit.audit(1).value();
  std::size_t bytes = 0;
  for (const Value& cell : rows.cells) {
    if (const auto* cell_text = cell.as<std::string>()) bytes += cell_text->size();
  }
  EXPECT_LT(bytes, 2000u);
}

TEST_F(SharedWrites, ComeLaterBeyondTheShare) {
  api.shares = std::make_shared<WriteShares>(
      ShareRules{.calls_at_once = 1, .period = milliseconds(1), .longest_hold = seconds(10)});
  api.held_answers = std::make_shared<HeldAnswers>();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(scheduled(reader_caller()).has_value());
  const auto reply =
      answer(api, reader_caller(), R"({"ID":1,"VALUE":"del_schedule","ARGS":{"id":1}})");
  ASSERT_TRUE(reply && reply->later) << "no worker waits";
  EXPECT_EQ(payload_of(reply), R"({"ID":1,"CODE":0,"RESULT":0})");
}

}  // namespace
}  // namespace mega
