#include "wire/reply.h"

#include "tests/wire/captured.h"
#include "value/json.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

constexpr Errc every_errc[] = {Errc::failed,
                               Errc::invalid_argument,
                               Errc::bad_envelope,
                               Errc::partly_failed,
                               Errc::partly_unavailable,
                               Errc::not_found,
                               Errc::unknown_function,
                               Errc::already_exists,
                               Errc::refused,
                               Errc::not_allowed,
                               Errc::unavailable,
                               Errc::timed_out,
                               Errc::findings,
                               Errc::corrupt,
                               Errc::not_implemented,
                               Errc::internal};

Rows two_instances() {
  return {std::make_shared<const std::vector<std::string>>(
              std::vector<std::string>{"stat", "id", "name", "role"}),
          {1, 1, "中", nullptr, 0, 2, "b", 2}};
}

TEST(LegacyReply, CarriesResultsAsPythonPrintsThem) {
  const struct {
    const char* name;
    Value value;
    Shape shape;
    std::string payload;
  } cases[] = {
      {"rows", two_instances(), Shape::data_and_code,
       R"(([{'stat': '1', 'id': '1', 'name': '\xe4\xb8\xad', 'role': 'None'}, )"
       R"({'stat': '0', 'id': '2', 'name': 'b', 'role': '2'}], 0))"},
      {"no rows", List{}, Shape::data_and_code, "([], 0)"},
      {"the captured list", List{Map{{"stat", "1"}, {"id", "1"}, {"name", "中"}}},
       Shape::data_and_code, std::string(payload_of(captured_answers[0]))},
      {"a code", nullptr, Shape::code, "0"},
      {"a code, whatever the data", Map{{"id", 5}}, Shape::code, "0"},
      {"an integer", 1, Shape::value, "1"},
      {"none", nullptr, Shape::value, "None"},
      {"text", "unregistered server", Shape::value, "unregistered server"},
      {"empty text", "", Shape::value, ""},
      {"text with quotes and UTF-8", "it's 中", Shape::value, "it's 中"},
      {"bytes", Bytes{"\xff\x01"}, Shape::value, "\xff\x01"},
      {"a list", List{"mega-1.0", Map{{"/a", "b\n"}}}, Shape::value,
       R"(['mega-1.0', {'/a': 'b\n'}])"},
      {"a tuple", Tuple{{768, "out\nerr"}}, Shape::value, R"((768, 'out\nerr'))"},
      {"the terminator in a literal", List{"xEOFy"}, Shape::data_and_code, R"((['xE\x4fFy'], 0))"},
      {"the terminator in raw text", "xEOFy", Shape::value, "xE OFy"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    bool hidden = true;
    EXPECT_EQ(legacy_reply(c.value, c.shape, {}, &hidden), c.payload);
    EXPECT_EQ(hidden, c.payload == "xE OFy");
  }
}

TEST(LegacyReply, KeepsUtf8AndTheTerminatorForTheCommandLine) {
  const PythonStyle style{.ascii = false, .hide_terminator = false};
  EXPECT_EQ(legacy_reply(Value(List{"中EOF"}), Shape::data_and_code, style), "(['中EOF'], 0)");
  EXPECT_EQ(legacy_reply(Value("中EOF"), Shape::value, style), "中EOF");
}

TEST(LegacyReply, CarriesFailuresByTheFunctionsShape) {
  const struct {
    Errc code;
    std::optional<std::string> data_and_code, code_only, value;
  } special[] = {
      {Errc::invalid_argument, "(None, 2)", "2", std::nullopt},
      {Errc::not_found, "(None, None)", "-1", std::nullopt},
      {Errc::not_allowed, "-1", "-1", "-1"},
      {Errc::bad_envelope, "-1", "-1", "-1"},
      {Errc::unknown_function, "False", "False", "False"},
  };
  for (const Errc code : every_errc) {
    SCOPED_TRACE(kind(code));
    std::optional<std::string> data_and_code = "(None, -1)";
    std::optional<std::string> code_only = "-1";
    std::optional<std::string> value;
    for (const auto& row : special) {
      if (row.code != code) continue;
      data_and_code = row.data_and_code;
      code_only = row.code_only;
      value = row.value;
    }
    const Result<Value> failure = fail(code, "why");
    EXPECT_EQ(legacy_reply(failure, Shape::data_and_code), data_and_code);
    EXPECT_EQ(legacy_reply(failure, Shape::code), code_only);
    EXPECT_EQ(legacy_reply(failure, Shape::value), value);
    EXPECT_EQ(legacy_reply(failure, Shape::value_or_zero), code == Errc::not_found ? "0" : value);
  }
}

TEST(OurReply, IsTheBytesOfTheDocument) {
  EXPECT_EQ(our_reply(7, Value(List{1, "a", nullptr})),
            R"({"ID":7,"CODE":0,"RESULT":[1,"a",null]})");
  EXPECT_EQ(our_reply(9007199254740991, Value()),
            R"({"ID":9007199254740991,"CODE":0,"RESULT":null})");
  EXPECT_EQ(our_reply(7, fail(Errc::invalid_argument, "a \"sentence\"\n  ^")),
            R"({"ID":7,"CODE":2,"KIND":"invalid_argument","ERROR":"a \"sentence\"\n  ^"})");
  std::string out = "kept";
  write_reply(1, Value(true), out);
  EXPECT_EQ(out, R"(kept{"ID":1,"CODE":0,"RESULT":true})");
}

TEST(OurReply, HasARowsTypes) {
  EXPECT_EQ(our_reply(1, Value(two_instances())),
            R"({"ID":1,"CODE":0,"RESULT":[{"stat":1,"id":1,"name":"中","role":null},)"
            R"({"stat":0,"id":2,"name":"b","role":2}]})");
}

TEST(OurReply, ShowsBytesThatAreNoUtf8InAMessage) {
  const std::string reply = our_reply(7, fail(Errc::failed, "no \xff\n  ^"));
  const auto answer = parse_reply(reply);
  ASSERT_TRUE(answer) << reply;
  ASSERT_FALSE(answer->result);
  EXPECT_EQ(answer->result.error().message, "no \\xff\n  ^");
}

TEST(ParseReply, GivesBackWhatWasWritten) {
  for (const Value& value :
       {Value(), Value(1), Value("EOF"), Value(List{1.5, Map{{"a", false}}})}) {
    SCOPED_TRACE(to_json(value));
    const auto answer = parse_reply(our_reply(7, value));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->id, 7);
    EXPECT_FALSE(answer->more);
    ASSERT_TRUE(answer->result);
    EXPECT_EQ(*answer->result, value);
  }
  for (const Errc code : every_errc) {
    SCOPED_TRACE(kind(code));
    const auto answer = parse_reply(our_reply(0, fail(code, "why")));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->id, 0);
    ASSERT_FALSE(answer->result);
    EXPECT_EQ(answer->result.error().code, code);
    EXPECT_EQ(answer->result.error().message, "why");
  }
}

TEST(ParseReply, ReadsEveryFormOfAnAnswer) {
  const struct {
    const char* name;
    const char* payload;
    std::int64_t id;
    bool more;
    std::optional<Value> result;
    Errc code;
    const char* message;
  } cases[] = {
      {"a part", R"({"ID":7,"MORE":true,"RESULT":[1]})", 7, true, List{1}, {}, ""},
      {"the end", R"({"ID":7,"CODE":0,"RESULT":[2],"MORE":false})", 7, false, List{2}, {}, ""},
      {"no result", R"({"ID":7,"CODE":0})", 7, false, Value(), {}, ""},
      {"no ID", R"({"CODE":0,"RESULT":1})", 0, false, 1, {}, ""},
      {"unknown keys", R"({"ID":7,"CODE":0,"RESULT":1,"TOOK":3})", 7, false, 1, {}, ""},
      {"a known code, an unknown kind", R"({"ID":7,"CODE":7,"KIND":"x","ERROR":"why"})", 7, false,
       std::nullopt, Errc::not_found, "why"},
      {"an unknown code and kind", R"({"ID":7,"CODE":42,"KIND":"x","ERROR":"why"})", 7, false,
       std::nullopt, Errc::failed, "why"},
      {"a code beyond an int", R"({"ID":7,"CODE":99999999999})", 7, false, std::nullopt,
       Errc::failed, "code 99999999999 without a reason"},
      {"an error that is no text", R"({"ID":7,"CODE":1,"KIND":3,"ERROR":null})", 7, false,
       std::nullopt, Errc::failed, "code 1 without a reason"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = parse_reply(c.payload);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->id, c.id);
    EXPECT_EQ(answer->more, c.more);
    ASSERT_EQ(answer->result.has_value(), c.result.has_value());
    if (c.result) {
      EXPECT_EQ(*answer->result, *c.result);
    } else {
      EXPECT_EQ(answer->result.error().code, c.code);
      EXPECT_THAT(answer->result.error().message, HasSubstr(c.message));
    }
  }
}

TEST(ParseReply, RefusesWhatIsNoAnswer) {
  const struct {
    const char* name;
    const char* payload;
    const char* message;
  } cases[] = {
      {"nothing", "", "no JSON"},
      {"Python", "([], 0)", "no JSON"},
      {"a list", "[1]", "of kind list"},
      {"a request", R"({"ID":7,"VALUE":"f"})", "neither CODE nor MORE"},
      {"a code that is text", R"({"ID":7,"CODE":"0"})", "neither CODE nor MORE"},
      {"a code that is a real", R"({"ID":7,"CODE":0.5})", "neither CODE nor MORE"},
      {"MORE that is false", R"({"ID":7,"MORE":false})", "neither CODE nor MORE"},
      {"an ID that is text", R"({"ID":"7","CODE":0})", "ID is no integer"},
      {"a negative ID", R"({"ID":-7,"CODE":0})", "ID is no integer"},
      {"an ID too great", R"({"ID":9007199254740992,"CODE":0})", "ID is no integer"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = parse_reply(c.payload);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::corrupt);
    EXPECT_THAT(answer.error().message, HasSubstr(c.message));
  }
}

TEST(ParseLegacyReply, TellsDataFromFailures) {
  const struct {
    const char* payload;
    std::optional<Value> value;
    Errc code;
  } cases[] = {
      {"False", std::nullopt, Errc::unknown_function},
      {"-1", std::nullopt, Errc::failed},
      {"(None, 2)", std::nullopt, Errc::invalid_argument},
      {"(None, None)", std::nullopt, Errc::not_found},
      {"([], None)", std::nullopt, Errc::not_found},
      {"(None, -1)", std::nullopt, Errc::failed},
      {"(None, 5)", std::nullopt, Errc::failed},
      {"([], -1)", std::nullopt, Errc::failed},
      {"([], 0)", List{}, {}},
      {"(None, 0)", Value(), {}},
      {"(0, 0)", 0, {}},
      {"([{'stat': '1'}], 0L)", List{Map{{"stat", "1"}}}, {}},
      {"({'ip': '10.0.0.1'}, 0)", Map{{"ip", "10.0.0.1"}}, {}},
      // A script's status and its output: no code, whatever the status.
      {"(0, 'argc=1 arg1=[hello]')", Tuple{{0, "argc=1 arg1=[hello]"}}, {}},
      {"(0, '')", Tuple{{0, ""}}, {}},
      {"(0, '0')", Tuple{{0, "0"}}, {}},
      {"(768, 'out\\nerr')", Tuple{{768, "out\nerr"}}, {}},
      // No shape that a function of 2014 has: left as it is.
      {"([1], 3)", Tuple{{List{1}, 3}}, {}},
      {"([1], None)", Tuple{{List{1}, nullptr}}, {}},
      {"([1], False)", Tuple{{List{1}, false}}, {}},
      {"([1], 0, 0)", Tuple{{List{1}, 0, 0}}, {}},
      {"[None, 2]", List{nullptr, 2}, {}},
      {"1", 1, {}},
      {"2", 2, {}},
      {"0", 0, {}},
      {"None", Value(), {}},
      {"True", true, {}},
      {"", "", {}},
      {"unregistered server", "unregistered server", {}},
      {"(a, b", "(a, b", {}},
      {"/tmp/x -1", "/tmp/x -1", {}},
      {"caf\xc3\xa9 bar", "café bar", {}},
      {"\xff\xfe bar", Bytes{"\xff\xfe bar"}, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.payload);
    const auto value = parse_legacy_reply(c.payload);
    ASSERT_EQ(value.has_value(), c.value.has_value());
    if (c.value) {
      EXPECT_EQ(*value, *c.value);
    } else {
      EXPECT_EQ(value.error().code, c.code);
      EXPECT_NE(value.error().message, "");
    }
  }
}

TEST(ParseLegacyReply, UnderstandsWhatOurLegacyReplySays) {
  for (const Shape shape : {Shape::data_and_code, Shape::code}) {
    for (const Errc code :
         {Errc::invalid_argument, Errc::not_found, Errc::failed, Errc::unknown_function}) {
      SCOPED_TRACE(kind(code));
      const auto payload = legacy_reply(fail(code, "why"), shape);
      ASSERT_TRUE(payload);
      const auto back = parse_legacy_reply(*payload, shape);
      ASSERT_FALSE(back);
      // -1 says no more than that the function failed.
      EXPECT_EQ(back.error().code, *payload == "-1" ? Errc::failed : code);
    }
    EXPECT_TRUE(parse_legacy_reply(*legacy_reply(Value(0), shape), shape));
  }
}

TEST(ParseLegacyReply, LeavesTheValuesOfOtherFunctionsAlone) {
  for (const Shape shape : {Shape::data_and_code, Shape::value}) {
    EXPECT_EQ(parse_legacy_reply("2", shape).value(), Value(2));
    EXPECT_EQ(parse_legacy_reply("None", shape).value(), Value());
  }
}

}  // namespace
}  // namespace mega
