#include "api/dispatch.h"

#include "api/describe.h"
#include "api/status.h"
#include "tests/api/every_function_fixture.h"
#include "tests/support/left_out.h"
#include "wire/parted_reply.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace mega {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Dispatch : public EveryFunctionTest {};

TEST_F(Dispatch, NamesTheFunctionThatWasMeant) {
  const Error e = error("get_servr");
  EXPECT_EQ(e.code, Errc::unknown_function);
  EXPECT_EQ(e.message, "there is no function \"get_servr\", did you mean 'get_server'?");
}

TEST_F(Dispatch, RefusesWhatComesWithALaterRelease) {
  for (const Function* function : all_functions()) {
    if (function->run) continue;
    SCOPED_TRACE(function->name);
    const Error e = error(function->name);
    EXPECT_EQ(e.code, Errc::not_implemented);
    EXPECT_EQ(e.message, fmt::format("{} comes with a later release", function->name));
  }
}

TEST_F(Dispatch, RefusesEnvelopesThatItCannotDo) {
  const struct {
    const char* name;
    Caller caller;
    Envelope envelope;
    Errc code;
    std::string said;
  } cases[] = {
      {"no function", admin_caller(), {.id = 1}, Errc::bad_envelope, "VALUE names no function"},
      {"a remote task without hosts",
       admin_caller(),
       {.id = 1, .function = "a.sh", .type = 1},
       Errc::invalid_argument,
       "needs the hosts in TARGET"},
      {"a remote task on an unknown host",
       admin_caller(),
       {.id = 1, .function = "a.sh", .type = 1, .target = "10.0.0.1"},
       Errc::not_found,
       "10.0.0.1"},
      {"a remote task of a reader",
       reader_caller(),
       {.id = 1, .function = "a.sh", .type = 1, .target = "10.0.0.1"},
       Errc::not_allowed,
       "needs the permission run"},
      {"a remote task of a peer of 2014",
       legacy_caller(),
       {.function = "a.sh", .type = 1, .target = "10.0.0.1"},
       Errc::not_allowed,
       "needs the permission run"},
      {"an unknown type",
       admin_caller(),
       {.id = 1, .function = "whoami", .type = 2},
       Errc::bad_envelope,
       "TYPE takes 0"},
      {"a target without type 1",
       admin_caller(),
       {.id = 1, .function = "whoami", .target = "10.0.0.1"},
       Errc::bad_envelope,
       "TARGET goes with TYPE 1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto result = dispatch(api, c.caller, c.envelope).result;
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, c.code);
    EXPECT_THAT(result.error().message, HasSubstr(c.said));
  }
}

TEST_F(Dispatch, IgnoresTheCycleOfACallForNow) {
  const Envelope envelope{.function = "main", .cycle = "1"};
  EXPECT_TRUE(dispatch(api, legacy_caller(), envelope).result.has_value());
}

TEST_F(Dispatch, IgnoresATargetOfAPeerOf2014) {
  const Envelope envelope{.function = "main", .target = "10.0.0.1"};
  EXPECT_TRUE(dispatch(api, legacy_caller(), envelope).result.has_value());
}

// Deny by default: whatever is registered, whoever has not the permission is refused.
TEST_F(Dispatch, RefusesWhoeverHasNotThePermission) {
  Caller nobody = reader_caller();
  nobody.role = Role::none;
  for (const Function* function : all_functions()) {
    for (const Caller& caller : {nobody, reader_caller(), agent_caller(), operator_caller()}) {
      SCOPED_TRACE(testing::Message() << function->name << " as " << name_of(caller.role));
      const auto result = outcome(caller, function->name).result;
      const bool refused = !result && result.error().code == Errc::not_allowed;
      EXPECT_EQ(refused, !allows(caller.role, function->permission));
    }
  }
}

TEST_F(Dispatch, RefusesPeersOf2014WithoutPermission) {
  Caller nobody = legacy_caller(Role::none);
  for (const Function* function : all_functions()) {
    SCOPED_TRACE(function->name);
    if (function->internal) continue;
    const auto result = outcome(nobody, function->name).result;
    const bool refused = !result && result.error().code == Errc::not_allowed;
    EXPECT_EQ(refused, function->permission != Permission::agent);
  }
}

TEST_F(Dispatch, NamesPermissionCallerAndDoor) {
  const auto result = outcome(reader_caller(), "add_server", "'10.0.0.1'").result;
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message,
            "add_server needs the permission write, which \"graphs\" as reader at the tls door has "
            "not");
}

TEST_F(Dispatch, NarrowsTheLegacyDoor) {
  api.legacy_functions = {"get_all_server"};
  EXPECT_TRUE(outcome(legacy_caller(), "get_all_server").result.has_value());
  const auto refused = outcome(legacy_caller(), "get_all_db").result;
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::not_allowed);
  EXPECT_TRUE(outcome(reader_caller(), "get_all_db").result.has_value());
}

TEST_F(Dispatch, HidesInternalFunctionsFromPeersOf2014WithoutTool) {
  Envelope envelope{.function = "get_all_funcs"};
  const auto hidden = dispatch(api, legacy_caller(), envelope).result;
  ASSERT_FALSE(hidden.has_value());
  EXPECT_EQ(hidden.error().code, Errc::unknown_function);
  envelope.tool = true;
  EXPECT_TRUE(dispatch(api, legacy_caller(), envelope).result.has_value());
  EXPECT_TRUE(outcome(reader_caller(), "get_all_funcs").result.has_value());
}

TEST_F(Dispatch, TellsNewCallersOfUnknownKeywordsAndIgnoresThemOfPeersOf2014) {
  const auto args = "'10.0.0.1',server_ownr=7";
  EXPECT_EQ(error("add_server", args).message,
            "add_server has no argument \"server_ownr\", did you mean 'server_owner'?");
  EXPECT_TRUE(outcome(legacy_caller(Role::operator_), "add_server", args).result.has_value());
  EXPECT_EQ(row_count(value("get_all_server")), 1u);
}

TEST_F(Dispatch, ShowsThePlaceOfAMistakeInTheArguments) {
  const Error e = error("get_server", "ip='10.0.0.1");
  EXPECT_EQ(e.code, Errc::invalid_argument);
  EXPECT_THAT(e.message, HasSubstr("^"));
}

TEST_F(Dispatch, TurnsAnExceptionIntoAnInternalError) {
  const ServerReport report{[]() -> Map { throw std::runtime_error("out of cheese"); }};
  api.services.add<const ServerReport>(report);
  const Error e = error("server_status");
  EXPECT_EQ(e.code, Errc::internal);
  EXPECT_EQ(e.message, "server_status broke off, which is a bug in mega: out of cheese");
  const ServerReport odd{[]() -> Map { throw 7; }};
  api.services.add<const ServerReport>(odd);
  EXPECT_EQ(error("server_status").code, Errc::internal);
}

// Neither order nor kind of what comes in may end in anything but an answer.
TEST_F(Dispatch, AnswersEveryFunctionWhateverItIsGiven) {
  const Value rubbish[] = {
      Value(),
      Value(""),
      Value("model"),
      Value("'a','b','c','d','e','f','g','h'"),
      Value(std::string("\0\xff", 2)),
      Value(Map{{"ip", List{1}}, {"port", "x"}}),
      Value(Map{{"ip", "10.0.0.256"}, {"port", Digits{"99999999999999999999"}}}),
      Value(Map{{1, 2}}),
      Value(List{nullptr, nullptr, nullptr}),
      Value(List{Map{}, Tuple{}, Set{}, Bytes{"\xff"}, 1.5, true}),
      Value(List{std::string(100000, 'x')}),
      Value(7),
  };
  for (const Function* function : all_functions()) {
    for (const Value& args : rubbish) {
      SCOPED_TRACE(testing::Message() << function->name << ' ' << to_python(args).substr(0, 60));
      for (const Caller& caller : {admin_caller(), legacy_caller(Role::operator_)}) {
        const Envelope envelope{.id = caller.door == Door::legacy ? 0 : 1,
                                .function = std::string(function->name),
                                .args = args,
                                .tool = true};
        const auto result = dispatch(api, caller, envelope).result;
        if (!result) {
          EXPECT_NE(result.error().code, Errc::internal);
          EXPECT_FALSE(result.error().message.empty());
        }
      }
    }
  }
  EXPECT_EQ(row_count(value("get_all_server")), 0u);
}

class Answering : public EveryFunctionTest {};

TEST_F(Answering, CarriesDataAndFailuresInJson) {
  value("add_owner", "'dba'");
  const struct {
    const char* name;
    std::string payload;
    std::string reply;
  } cases[] = {
      {"a value", R"({"ID": 7, "HEAD": "MEGA", "VALUE": "main"})",
       R"({"ID":7,"CODE":0,"RESULT":null})"},
      {"rows have types", R"({"ID": 8, "HEAD": "MEGA", "VALUE": "get_all_owner"})",
       R"({"ID":8,"CODE":0,"RESULT":[{"id":1,"name":"dba","comment":"","stat":1}]})"},
      {"a failure", R"({"ID": 9, "HEAD": "MEGA", "VALUE": "get_server"})",
       R"({"ID":9,"CODE":2,"KIND":"invalid_argument","ERROR":"get_server needs ip, the server's address"})"},
      {"not found",
       R"({"ID": 9, "HEAD": "MEGA", "VALUE": "get_server", "ARGS": {"ip": "10.0.0.1"}})",
       R"({"ID":9,"CODE":7,"KIND":"not_found","ERROR":"there is no server 10.0.0.1"})"},
      {"in Python form", R"({"ID": 10, "HEAD": "MEGA", "VALUE": "get_all_owner", "AS": "python"})",
       R"json({"ID":10,"CODE":0,"RESULT":"([{'id': '1', 'name': 'dba', 'comment': '', 'stat': '1'}], 0)"})json"},
      {"a code in Python form",
       R"({"ID": 10, "HEAD": "MEGA", "VALUE": "add_server", "ARGS": ["10.0.0.2"], "AS": "python"})",
       R"({"ID":10,"CODE":0,"RESULT":"0"})"},
      {"a failure stays one in Python form",
       R"({"ID": 11, "HEAD": "MEGA", "VALUE": "get_server", "AS": "python"})",
       R"({"ID":11,"CODE":2,"KIND":"invalid_argument","ERROR":"get_server needs ip, the server's address"})"},
      {"an unknown form", R"({"ID": 12, "HEAD": "MEGA", "VALUE": "main", "AS": "perl"})",
       R"({"ID":12,"CODE":2,"KIND":"bad_envelope","ERROR":"AS is \"perl\", want \"python\""})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(payload_of(answer(api, admin_caller(), c.payload)), c.reply);
  }
}

TEST_F(Answering, KeepsUtf8AndTheTerminatorInPythonForm) {
  value("add_owner", "'\xe4\xb8\xad EOF'");
  const auto reply =
      answer(api, admin_caller(),
             R"({"ID": 1, "HEAD": "MEGA", "VALUE": "get_all_owner", "AS": "python"})");
  ASSERT_TRUE(reply.has_value());
  EXPECT_THAT(reply->payload, HasSubstr("'\xe4\xb8\xad EOF'"));
}

TEST_F(Answering, GivesManyRowsInPartsToOurDialectAndWholeToCallersOf2014) {
  const std::size_t servers = part_cells_max / 10 + 100;  // a row has ten cells
  for (std::size_t i = 0; i < servers; ++i) {
    value("add_server", fmt::format("'10.1.{}.{}'", i / 250, i % 250));
  }
  auto reply = answer(api, reader_caller(), R"({"ID":5,"HEAD":"MEGA","VALUE":"get_all_server"})");
  ASSERT_TRUE(reply.has_value());
  ASSERT_TRUE(reply->rest);
  const auto first = parse_reply(reply->payload);
  const auto second = parse_reply(reply->rest().value());
  EXPECT_EQ(reply->rest(), std::nullopt);
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->more);
  EXPECT_FALSE(second->more);
  EXPECT_EQ(first->id, 5);
  EXPECT_EQ(first->result->as<List>()->size() + second->result->as<List>()->size(), servers);

  const std::string whole = legacy_answer(legacy_caller(), "get_all_server");
  EXPECT_THAT(whole, testing::AllOf(StartsWith("([{'id': '1'"), testing::EndsWith("}], 0)")));
}

TEST_F(Answering, RefusesAPayloadThatNamesNoCall) {
  const auto ours = answer(api, admin_caller(), R"({"ID": 5, "HEAD": "OTHER", "VALUE": "main"})");
  ASSERT_TRUE(ours.has_value());
  EXPECT_THAT(ours->payload, StartsWith(R"({"ID":5,"CODE":2,"KIND":"bad_envelope","ERROR":")"));
  EXPECT_EQ(payload_of(answer(api, legacy_caller(), "{'HEAD': 'OTHER'}")), "-1");
  EXPECT_EQ(payload_of(answer(api, legacy_caller(), "garbage")), "-1");
  EXPECT_EQ(payload_of(answer(api, legacy_caller(), "")), "-1");
}

// The table of the wire's page, "Failures on the legacy dialect".
TEST_F(Answering, FailsOnTheLegacyDialectAsCallersOf2014Expect) {
  value("add_instance", "'10.0.0.1',3306");
  const Caller admin = legacy_caller(Role::operator_);
  const Caller reader = legacy_caller();
  const struct {
    const char* name;
    Caller caller;
    const char* function;
    const char* args;
    std::string payload;
  } cases[] = {
      {"data: an argument", reader, "get_server", "ip='nowhere'", "(None, 2)"},
      {"data: without its key", reader, "get_server", "", "(None, 2)"},
      {"data: text that is no literal", reader, "get_server", "ip=(", "(None, 2)"},
      {"data: not found", reader, "get_server", "ip='10.0.0.9'", "(None, None)"},
      {"data: of a later release", reader, "get_all_backup", "", "(None, -1)"},
      {"code: an argument", admin, "add_server", "'nowhere'", "2"},
      {"code: missing", admin, "add_instance", "'10.0.0.1'", "2"},
      {"code: not found", admin, "del_server", "'10.0.0.9'", "-1"},
      {"code: refused", admin, "del_server", "'10.0.0.1'", "-1"},
      {"code: of a later release", admin, "failover", "'g','a','b','ONLINE',0", "-1"},
      {"an id: of a later release", admin, "slowlog_pack", "'select 1'", "(closed)"},
      {"an id: an argument", admin, "add_owner", "''", "(closed)"},
      {"not allowed: data", legacy_caller(Role::none), "get_all_server", "", "-1"},
      {"not allowed: code", reader, "add_server", "'10.0.0.1'", "-1"},
      {"not allowed: an id", reader, "slowlog_pack", "'select 1'", "-1"},
      {"not allowed: admins only", admin, "get_audit", "", "-1"},
      {"unknown function", reader, "get_elephant", "", "False"},
      {"internal without TOOL", reader, "get_all_funcs", "", "False"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    if (is_left_out(c.function)) continue;
    EXPECT_EQ(legacy_answer(c.caller, c.function, c.args), c.payload);
  }
}

TEST_F(Answering, NarrowedFunctionsAreMinusOneOnTheLegacyDialect) {
  api.legacy_functions = {"get_server"};
  EXPECT_EQ(legacy_answer(legacy_caller(), "get_all_server"), "-1");
}

TEST_F(Answering, SucceedsOnTheLegacyDialectAsCallersOf2014Expect) {
  const Caller caller = legacy_caller(Role::operator_);
  EXPECT_EQ(legacy_answer(caller, "main"), "None");
  EXPECT_EQ(legacy_answer(caller, "get_all_server"), "([], 0)");
  EXPECT_EQ(legacy_answer(caller, "add_owner", "'dba'"), "1");
  EXPECT_EQ(legacy_answer(caller, "add_server", "'10.0.0.1',server_name='\xe4\xb8\xad'"), "0");
  EXPECT_EQ(legacy_answer(caller, "get_server", "'backup','10.0.0.1'"),
            "({'id': '1', 'ip': '10.0.0.1', 'name': '\\xe4\\xb8\\xad', 'os': 'Linux', 'stat': '1', "
            "'type': '0', 'plant': '', 'owner': '1', 'owner_name': 'dba', 'online_date': '" +
                format_local(clock.now()) + "'}, 0)");
  const std::string listed = legacy_answer(caller, "get_all_funcs", "", ", 'TOOL': True");
  EXPECT_THAT(listed, StartsWith("[{'name': 'add_database', 'args': \"ArgSpec(args=['ip', 'port', "
                                 "'db'], varargs=None, keywords='args', defaults=None)\"}, "));
  EXPECT_THAT(listed, testing::Not(HasSubstr("get_all_funcs")));
}

}  // namespace
}  // namespace mega
