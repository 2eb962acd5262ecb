#include "schedules/server/schedule_call.h"
#include "schedules/store/schedule_store.h"

#include "tests/support/api_fixture.h"
#include "tests/support/left_out.h"

namespace mega {
namespace {

// 2014-07-31 06:13:07 UTC, a Thursday.
class ScheduledCalls : public ApiTest {
 protected:
  ScheduledCalls() {
    driver.told = &told;
    api.services.add(schedule_store);
    api.services.add<ScheduleDriver>(driver);
  }

  Outcome at(const Caller& caller, Envelope envelope) {
    envelope.id = caller.door == Door::legacy ? 0 : 1;
    return dispatch(api, caller, envelope);
  }
  Value made(const Envelope& envelope) {
    auto outcome = at(admin_caller(), envelope);
    EXPECT_TRUE(outcome.result.has_value()) << outcome.result.error().message;
    return outcome.result.value_or(Value());
  }
  Error refused(const Caller& caller, const Envelope& envelope) {
    const auto outcome = at(caller, envelope);
    EXPECT_FALSE(outcome.result.has_value());
    return outcome.result ? Error{} : outcome.result.error();
  }

  ScheduleStore schedule_store{*store->database};
  int told = 0;
  struct : ScheduleDriver {
    void changed() override { ++*told; }
    int* told = nullptr;
  } driver;
};

TEST_F(ScheduledCalls, AreKeptAndAnsweredWithTheirNumber) {
  const Value id = made({.function = "add_server",
                         .args = "'10.0.0.1',server_name='db1'",
                         .time = "02:30",
                         .cycle = "week:1,4",
                         .zone = "Asia/Shanghai",
                         .catch_up = "skip",
                         .overlap = "queue"});
  EXPECT_EQ(id, Value(1));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(row_count(value("get_all_server")), 0u);  // it did not run

  const Value row = value("get_schedule", "1");
  EXPECT_EQ(cell(row, "function"), Value("add_server"));
  EXPECT_EQ(cell(row, "args"), Value("'10.0.0.1',server_name='db1'"));
  EXPECT_EQ(cell(row, "time"), Value("2014-08-04 02:30"));
  EXPECT_EQ(cell(row, "cycle"), Value("week:1,4"));
  EXPECT_EQ(cell(row, "zone"), Value("Asia/Shanghai"));
  EXPECT_EQ(cell(row, "catch_up"), Value("skip"));
  EXPECT_EQ(cell(row, "overlap"), Value("queue"));
  EXPECT_EQ(cell(row, "owner"), Value("root"));
  EXPECT_EQ(cell(row, "next_due"), Value(parse_time("2014-08-03T18:30:00Z").value()));

  const auto schedule = schedule_store.schedule(1);
  const auto again = call_of(**schedule);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->function, "add_server");
  EXPECT_EQ(again->args, Value("'10.0.0.1',server_name='db1'"));
  EXPECT_EQ(again->time, "");
}

TEST_F(ScheduledCalls, ArgumentsOfEachFormComeBack) {
  for (const Value& args : {Value(), Value("'10.0.0.1'"), Value(List{"10.0.0.1"}),
                            Value(Map{{"ip", "10.0.0.1"}, {"server_tags", Map{{"rack", "7"}}}})}) {
    const bool none = args.is_none();
    const Value id =
        made({.function = none ? "get_all_server" : "add_server", .args = args, .time = "02:30"});
    const auto schedule = schedule_store.schedule(*id.as<std::int64_t>());
    EXPECT_EQ(call_of(**schedule)->args, args);
  }
}

TEST_F(ScheduledCalls, AreCheckedAsIfTheyWereMadeNow) {
  const struct {
    const char* name;
    Caller caller;
    Envelope envelope;
    Errc code;
    const char* said;
  } rows[] = {
      {"no such function",
       admin_caller(),
       {.function = "get_servr", .time = "02:30"},
       Errc::unknown_function,
       "did you mean 'get_server'"},
      {"not allowed",
       reader_caller(),
       {.function = "add_server", .args = "'10.0.0.1'", .time = "02:30"},
       Errc::not_allowed,
       "needs the permission write"},
      {"a bad argument",
       admin_caller(),
       {.function = "add_server", .args = "'10.0.0'", .time = "02:30"},
       Errc::invalid_argument,
       "ip"},
      {"later release",
       admin_caller(),
       {.function = "slowlog_pack", .time = "02:30"},
       Errc::not_implemented,
       "comes with a later release"},
      {"TIME",
       admin_caller(),
       {.function = "get_all_server", .time = "2:30"},
       Errc::invalid_argument,
       "TIME takes HH:MM"},
      {"CYCLE",
       admin_caller(),
       {.function = "get_all_server", .time = "02:30", .cycle = "0"},
       Errc::invalid_argument,
       "CYCLE in seconds takes 1 to"},
      {"the past",
       admin_caller(),
       {.function = "get_all_server", .time = "2014-07-29 06:13"},
       Errc::invalid_argument,
       "has passed"},
      {"ZONE",
       admin_caller(),
       {.function = "get_all_server", .time = "02:30", .zone = "Europe/Berlni"},
       Errc::invalid_argument,
       "there is no time zone \"Europe/Berlni\""},
      {"ZONE is a path",
       admin_caller(),
       {.function = "get_all_server", .time = "02:30", .zone = "../../etc/passwd"},
       Errc::invalid_argument,
       "ZONE takes a name"},
      {"CATCH_UP",
       admin_caller(),
       {.function = "get_all_server", .time = "02:30", .catch_up = "twice"},
       Errc::invalid_argument,
       "CATCH_UP takes once or skip"},
      {"OVERLAP",
       admin_caller(),
       {.function = "get_all_server", .time = "02:30", .overlap = "kill"},
       Errc::invalid_argument,
       "OVERLAP takes refuse or queue"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    if (is_left_out(row.envelope.function)) continue;
    const Error error = refused(row.caller, row.envelope);
    EXPECT_EQ(error.code, row.code);
    EXPECT_NE(error.message.find(row.said), error.message.npos) << error.message;
  }
  EXPECT_EQ(told, 0);
  EXPECT_EQ(row_count(value("get_all_schedule")), 0u);
}

TEST_F(ScheduledCalls, OfPeersOf2014AreAnsweredWithTheNumberAlone) {
  const auto payload = [](const char* time, const char* cycle) {
    return fmt::format(
        "{{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': \"stat=1\", 'VALUE': 'get_all_instance', 'TIME': "
        "{}, "
        "'TYPE': 0, 'CYCLE': {}}}",
        time, cycle);
  };
  EXPECT_EQ(payload_of(answer(api, legacy_caller(), payload("'17:30'", "'day'"))), "1");
  EXPECT_EQ(payload_of(answer(api, legacy_caller(), payload("'17:30'", "3600"))), "2");
  EXPECT_EQ(payload_of(answer(api, legacy_caller(), payload("'25:30'", "0"))), "(closed)");
  // Without a TIME the CYCLE says nothing.
  EXPECT_EQ(payload_of(answer(api, legacy_caller(), payload("0", "1"))), "([], 0)");
  const Value row = value("get_schedule", "1");
  EXPECT_EQ(cell(row, "door"), Value("legacy"));
  EXPECT_EQ(cell(row, "address"), Value("127.0.0.1"));
  EXPECT_EQ(call_of(**schedule_store.schedule(1))->id, 0);
}

TEST_F(ScheduledCalls, SecretsAreMaskedWhereTheyAreShown) {
  made({.function = "add_server",
        .args = "'10.0.0.1',server_tags={'db_password': 'hunter2'}",
        .time = "02:30"});
  EXPECT_EQ(cell(value("get_schedule", "1"), "args"),
            Value("'10.0.0.1',server_tags={'db_password': '***'}"));
  EXPECT_EQ(to_python(value("get_audit")).find("hunter2"), std::string::npos);
  EXPECT_EQ(to_python(value("get_all_schedule")).find("hunter2"), std::string::npos);
}

TEST_F(ScheduledCalls, AreChangedByTheirOwnersAndTheAdmin) {
  const Envelope daily{.function = "get_all_server", .time = "02:30", .cycle = "day"};
  ASSERT_EQ(at(operator_caller(), daily).result.value(), Value(1));
  Caller other = operator_caller();
  other.name = "night";
  EXPECT_EQ(outcome(other, "del_schedule", "1").result.error().code, Errc::not_allowed);
  EXPECT_EQ(outcome(reader_caller(), "mod_schedule", "1,stat=2").result.error().code,
            Errc::not_allowed);
  EXPECT_EQ(outcome(legacy_caller(), "del_schedule", "1").result.error().code, Errc::not_allowed);
  EXPECT_EQ(outcome(operator_caller(), "mod_schedule", "1,stat=2").result.value(), Value(0));
  EXPECT_EQ(cell(value("get_schedule", "1"), "state"), Value("paused"));
  EXPECT_EQ(call("mod_schedule", "1,stat=1").value(), Value(0));
  EXPECT_EQ(call("del_schedule", "1").value(), Value(0));
  EXPECT_EQ(error("get_schedule", "1").code, Errc::not_found);
  EXPECT_EQ(error("del_schedule", "1").code, Errc::not_found);
}

TEST_F(ScheduledCalls, ChangeWhenTheyAreDue) {
  made({.function = "get_all_server", .time = "02:30", .cycle = "day", .zone = "UTC"});
  const auto due = [this] { return cell(value("get_schedule", "1"), "next_due"); };
  value("mod_schedule", "1,time='07:00'");
  EXPECT_EQ(due(), Value(parse_time("2014-07-31T07:00:00Z").value()));
  value("mod_schedule", "1,cycle='month:last',zone='Asia/Shanghai'");
  EXPECT_EQ(due(), Value(parse_time("2014-08-31T07:00:00+08:00").value()));
  EXPECT_EQ(error("mod_schedule", "1,stat=0").message, "stat takes 1 or 2, not 0");
  EXPECT_EQ(error("mod_schedule", "1,cycle='never'").code, Errc::invalid_argument);
  // What passes while it rests is not caught up.
  value("mod_schedule", "1,stat=2");
  clock.advance(std::chrono::hours(24 * 40));
  value("mod_schedule", "1,stat=1");
  EXPECT_EQ(due(), Value(parse_time("2014-09-30T07:00:00+08:00").value()));
}

TEST_F(ScheduledCalls, TellWhenTheyAreDue) {
  const auto times = [](std::initializer_list<const char*> texts) {
    List list;
    for (const char* text : texts) list.emplace_back(parse_time(text).value());
    return Value(list);
  };
  EXPECT_EQ(value("get_due_times", "time='02:30',cycle='month:31',zone='UTC',count=2"),
            times({"2014-08-31T02:30:00Z", "2014-10-31T02:30:00Z"}));
  made({.function = "get_all_server", .time = "02:30", .cycle = "3600", .zone = "UTC"});
  EXPECT_EQ(value("get_due_times", "1,count=2"),
            times({"2014-08-01T02:30:00Z", "2014-08-01T03:30:00Z"}));
  value("mod_schedule", "1,stat=2");
  EXPECT_EQ(value("get_due_times", "1"), times({}));
  EXPECT_EQ(error("get_due_times", "9").code, Errc::not_found);
  EXPECT_EQ(error("get_due_times").code, Errc::invalid_argument);
  EXPECT_EQ(error("get_due_times", "time='02:30',count=0").code, Errc::invalid_argument);
}

}  // namespace
}  // namespace mega
