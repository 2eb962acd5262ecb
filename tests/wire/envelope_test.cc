#include "wire/envelope.h"

#include "base/text.h"
#include "tests/wire/captured.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

Envelope parsed(std::string_view payload) {
  auto envelope = parse_envelope(payload);
  EXPECT_TRUE(envelope) << payload << ": " << (envelope ? "" : envelope.error().message);
  return envelope ? *envelope : Envelope{};
}

TEST(Dialect, IsToldByHowThePayloadOpens) {
  const struct {
    const char* payload;
    Dialect dialect;
  } cases[] = {
      {R"({"ID":1})", Dialect::ours},
      {" {\n  \"ID\": 1}", Dialect::ours},
      {"{'HEAD': 'MEGA'}", Dialect::legacy},
      {"{ 'HEAD': 'MEGA'}", Dialect::legacy},
      {"{}", Dialect::legacy},
      {"", Dialect::legacy},
      {"{", Dialect::legacy},
      {R"(["ID"])", Dialect::legacy},
      {R"("{")", Dialect::legacy},
      {"-1", Dialect::legacy},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.payload);
    EXPECT_EQ(dialect_of(c.payload), c.dialect);
  }
}

TEST(ParseEnvelope, ReadsWhatPeersOf2014Sent) {
  const Envelope envelopes[] = {
      {.function = "get_all_instance", .args = "model='backup',stat=1,role=1", .cycle = "1"},
      {.function = "get_all_instance"},
      {.function = "get_all_funcs", .tool = true},
      {.function = "client_ping", .args = "'127.0.0.1',version='mega-client 0.1'", .tool = true},
      {.function = "client_upgrade", .args = "['127.0.0.1']", .tool = true},
      {.function = "test.sh", .args = "9  '17:24'", .target = "bash"},
      {.function = "mega_backup.py",
       .args = "{'port': 3306L, 'id': 1L, 'host_ip': u'127.0.0.1'}",
       .target = "python"},
      {.function = "upgrade.py", .type = 1, .target = "python"},
  };
  ASSERT_EQ(std::size(envelopes), std::size(captured_requests));
  for (std::size_t i = 0; i < std::size(envelopes); ++i) {
    SCOPED_TRACE(captured_requests[i].name);
    EXPECT_EQ(parsed(payload_of(captured_requests[i])), envelopes[i]);
  }
}

TEST(WriteEnvelope, WritesTheBytesThatSendersOf2014Write) {
  for (const auto& captured : captured_requests) {
    SCOPED_TRACE(captured.name);
    const auto payload = payload_of(captured);
    EXPECT_EQ(write_envelope(parsed(payload), Dialect::legacy), payload);
  }
}

TEST(ParseEnvelope, ReadsEachKeyInEachFormThatItMayHave) {
  const struct {
    const char* name;
    const char* payload;
    Envelope envelope;
  } cases[] = {
      {"ours, the least", R"({"ID":1,"VALUE":"main"})", {.id = 1, .function = "main"}},
      {"ours, everything",
       R"({"ID": 7, "HEAD": "MEGA", "VALUE": "f", "ARGS": {"ip": "10.0.0.1"}, "TYPE": 1,
           "TIME": "17:30", "CYCLE": 60, "TARGET": ["a", "b"], "TOOL": true, "AS": "python",
           "ZONE": "Europe/Berlin", "CATCH_UP": "skip", "OVERLAP": "queue"})",
       {.id = 7,
        .function = "f",
        .args = Map{{"ip", "10.0.0.1"}},
        .type = 1,
        .time = "17:30",
        .cycle = "60",
        .target = List{"a", "b"},
        .tool = true,
        .as = "python",
        .zone = "Europe/Berlin",
        .catch_up = "skip",
        .overlap = "queue"}},
      {"ours, the greatest ID",
       R"({"ID":9007199254740991,"VALUE":"f"})",
       {.id = 9007199254740991, .function = "f"}},
      {"ours, ID last", R"({"VALUE":"f","ID":3})", {.id = 3, .function = "f"}},
      {"ours, positions",
       R"({"ID":1,"VALUE":"f","ARGS":["x",null,1.5]})",
       {.id = 1, .function = "f", .args = List{"x", nullptr, 1.5}}},
      {"ours, text",
       R"({"ID":1,"VALUE":"f","ARGS":"stat=1"})",
       {.id = 1, .function = "f", .args = "stat=1"}},
      {"ours, falsy everything",
       R"({"ID":1,"VALUE":"f","ARGS":{},"TYPE":false,"TIME":null,"CYCLE":"","TARGET":[],"AS":0})",
       {.id = 1, .function = "f"}},
      {"ours, unknown keys",
       R"({"ID":1,"VALUE":"f","X":{"deep":[1]},"id":9})",
       {.id = 1, .function = "f"}},
      {"ours, text that is no UTF-8",
       R"({"ID":1,"VALUE":"f","ARGS":{"base64":"J9bQJw=="}})",
       {.id = 1, .function = "f", .args = "'\xd6\xd0'"}},
      {"legacy, text that is no UTF-8",
       R"({'VALUE': 'f', 'ARGS': "'\xd6\xd0'"})",
       {.function = "f", .args = "'\xd6\xd0'"}},
      {"legacy, a dict of bytes",
       R"({'VALUE': 'f', 'ARGS': {'a': '\xd6\xd0'}})",
       {.function = "f", .args = R"({'a': '\xd6\xd0'})"}},
      {"legacy, the least", "{'VALUE': 'main'}", {.function = "main"}},
      {"legacy, HEAD in lower case", "{'HEAD': 'mega', 'VALUE': 'f'}", {.function = "f"}},
      {"legacy, unicode and double quotes",
       "{u\"HEAD\": u'Mega', u'VALUE': u\"f\"}",
       {.function = "f"}},
      {"legacy, falsy everything",
       "{'VALUE': 'f', 'ARGS': None, 'TYPE': '', 'TIME': False, 'CYCLE': 0.0, 'TARGET': ()}",
       {.function = "f"}},
      {"legacy, numbers as text",
       "{'VALUE': 'f', 'TYPE': '1', 'TIME': '0', 'CYCLE': '0', 'ARGS': '0'}",
       {.function = "f", .args = "0", .type = 1}},
      {"legacy, longs and bools",
       "{'VALUE': 'f', 'TYPE': True, 'CYCLE': 3600L, 'TARGET': 12L}",
       {.function = "f", .type = 1, .cycle = "3600", .target = "12"}},
      {"legacy, a list of arguments",
       "{'VALUE': 'f', 'ARGS': ['127.0.0.1']}",
       {.function = "f", .args = "['127.0.0.1']"}},
      {"legacy, a dict of arguments",
       "{'VALUE': 'f', 'ARGS': {'port': 3306L}}",
       {.function = "f", .args = "{'port': 3306}"}},
      {"legacy, a number as arguments",
       "{'VALUE': 'f', 'ARGS': 5}",
       {.function = "f", .args = "5"}},
      {"legacy, a tuple of targets",
       "{'VALUE': 'f', 'TARGET': ('a', u'b')}",
       {.function = "f", .target = List{"a", "b"}}},
      {"legacy, TOOL of any value", "{'VALUE': 'f', 'TOOL': 0}", {.function = "f", .tool = true}},
      {"legacy, ID and AS mean nothing",
       "{'VALUE': 'f', 'ID': 'x', 'AS': 'yaml'}",
       {.function = "f"}},
      {"legacy, with JSON's words",
       "{'VALUE': 'f', 'ARGS': null, 'TOOL': true}",
       {.function = "f", .tool = true}},
      {"legacy, keys that are no text", "{1: 2, None: 3, 'VALUE': 'f'}", {.function = "f"}},
      {"legacy, a key twice", "{'VALUE': 'f', 'VALUE': 'g'}", {.function = "g"}},
      {"legacy, UTF-8 as bytes", R"({'VALUE': '\xe4\xb8\xad'})", {.function = "中"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(parsed(c.payload), c.envelope);
  }
}

TEST(ParseEnvelope, RefusesWhatIsNoRequestAndKeepsItsId) {
  const struct {
    const char* name;
    const char* payload;
    const char* message;
    std::int64_t id;
  } cases[] = {
      {"nothing", "", "is no Python literal", 0},
      {"a call", "get_all_server()", "is no Python literal", 0},
      {"an expression", "{'VALUE': 1 + 1}", "is no Python literal", 0},
      {"a list", "['MEGA']", "the request is of kind list, want a map", 0},
      {"an empty dict", "{}", "VALUE names no function", 0},
      {"a cut dict", "{'HEAD': 'MEGA'", "is no Python literal", 0},
      {"another head", "{'HEAD': 'GIGA', 'VALUE': 'f'}", "HEAD is \"GIGA\", want MEGA", 0},
      {"a head of 0", "{'HEAD': 0, 'VALUE': 'f'}", "HEAD is of kind integer", 0},
      {"no function", "{'HEAD': 'MEGA'}", "VALUE names no function", 0},
      {"a function of 0", "{'HEAD': 'MEGA', 'VALUE': 0}", "VALUE names no function", 0},
      {"a function that is a number", "{'VALUE': 5}", "VALUE is of kind integer, want a name", 0},
      {"a function that is a list", "{'VALUE': ['f']}", "VALUE is of kind list", 0},
      {"TYPE 2", "{'VALUE': 'f', 'TYPE': 2}", "TYPE is 2, want 0 or 1", 0},
      {"TYPE -1", "{'VALUE': 'f', 'TYPE': -1}", "TYPE is -1", 0},
      {"TYPE a word", "{'VALUE': 'f', 'TYPE': 'remote'}", "TYPE is of kind text, want 0 or 1", 0},
      {"TYPE a list", "{'VALUE': 'f', 'TYPE': [1]}", "TYPE is of kind list", 0},
      {"TYPE beyond 64 bits", "{'VALUE': 'f', 'TYPE': 99999999999999999999}",
       "TYPE is of kind integer", 0},
      {"TIME a number", "{'VALUE': 'f', 'TIME': 1730}", "TIME is of kind integer", 0},
      {"TIME a list", "{'VALUE': 'f', 'TIME': ['17:30']}", "TIME is of kind list", 0},
      {"CYCLE a real", "{'VALUE': 'f', 'CYCLE': 1.5}", "CYCLE is of kind real", 0},
      {"CYCLE a dict", "{'VALUE': 'f', 'CYCLE': {'day': 1}}", "CYCLE is of kind map", 0},
      {"TARGET a dict", "{'VALUE': 'f', 'TARGET': {'a': 1}}", "TARGET is of kind map", 0},
      {"TARGET a real", "{'VALUE': 'f', 'TARGET': 1.5}", "TARGET is of kind real", 0},
      {"an empty target", "{'VALUE': 'f', 'TARGET': ['a', '']}", "an item of TARGET", 0},
      {"a target in a list in a list", "{'VALUE': 'f', 'TARGET': [['a']]}",
       "an item of TARGET is of kind list", 0},
      {"ours without an ID", R"({"VALUE":"f"})", "has no ID", 0},
      {"an ID of 0", R"({"ID":0,"VALUE":"f"})", "ID is 0, want 1 to 9007199254740991", 0},
      {"a negative ID", R"({"ID":-1,"VALUE":"f"})", "ID is -1", 0},
      {"an ID too great", R"({"ID":9007199254740992,"VALUE":"f"})", "ID is 9007199254740992", 0},
      {"an ID beyond 64 bits", R"({"ID":99999999999999999999,"VALUE":"f"})", "ID is of kind", 0},
      {"an ID that is text", R"({"ID":"7","VALUE":"f"})", "ID is of kind text", 0},
      {"an ID that is a real", R"({"ID":7.5,"VALUE":"f"})", "ID is of kind real", 0},
      {"ours, another head", R"({"HEAD":"GIGA","VALUE":"f","ID":7})", "HEAD is", 7},
      {"ours, no function", R"({"ID":8})", "VALUE names no function", 8},
      {"an answer", R"({"ID":8,"CODE":0,"RESULT":1})", "VALUE names no function", 8},
      {"ours, ARGS a number", R"({"ID":9,"VALUE":"f","ARGS":5})", "ARGS is of kind integer", 9},
      {"ours, ARGS true", R"({"ID":9,"VALUE":"f","ARGS":true})", "ARGS is of kind bool", 9},
      {"ours, AS a number", R"({"ID":9,"VALUE":"f","AS":1})", "AS is of kind integer", 9},
      {"ours, AS yaml", R"({"ID":9,"VALUE":"f","AS":"yaml"})", "AS is \"yaml\"", 9},
      {"ours, cut short", R"({"ID":9,"VALUE":"f")", "is no JSON", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::int64_t id = -1;
    const auto envelope = parse_envelope(c.payload, &id);
    ASSERT_FALSE(envelope);
    EXPECT_EQ(envelope.error().code, Errc::bad_envelope);
    EXPECT_THAT(envelope.error().message, HasSubstr(c.message));
    EXPECT_EQ(id, c.id);
  }
}

TEST(WriteEnvelope, IsReadBackInBothDialects) {
  const struct {
    const char* name;
    Envelope envelope;
  } cases[] = {
      {"the least", {.function = "main"}},
      {"text", {.function = "f", .args = "model='backup',stat=1"}},
      {"everything",
       {.function = "f",
        .args = "'it''s', \"EOF\"",
        .type = 1,
        .time = "2014-10-10 17:30",
        .cycle = "week:1,4",
        .target = List{"10.0.0.1", "主机"},
        .tool = true}},
      {"a number as CYCLE", {.function = "f", .time = "17:30", .cycle = "3600"}},
      {"quotes and backslashes", {.function = "a'b\"c\\d\ne", .target = "x"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(parsed(write_envelope(c.envelope, Dialect::legacy)), c.envelope);
    Envelope ours = c.envelope;
    ours.id = 42;
    ours.as = "python";
    const std::string payload = write_envelope(ours, Dialect::ours);
    EXPECT_EQ(dialect_of(payload), Dialect::ours);
    EXPECT_EQ(parsed(payload), ours);
  }
}

TEST(WriteEnvelope, SaysOnlyWhatIsNotTheDefaultOnOurDialect) {
  EXPECT_EQ(write_envelope({.id = 7, .function = "get_server", .args = Map{{"ip", "10.0.0.1"}}},
                           Dialect::ours),
            R"({"ID":7,"HEAD":"MEGA","VALUE":"get_server","ARGS":{"ip":"10.0.0.1"}})");
}

TEST(WriteEnvelope, TurnsNamesAndPositionsIntoTheSeedsText) {
  const struct {
    Value args;
    const char* text;
  } cases[] = {
      {Map{{"model", "backup"}, {"stat", 1}}, R"("model='backup',stat=1")"},
      {List{"127.0.0.1", 3306}, R"("'127.0.0.1',3306")"},
      {Map{{"list", List{"a"}}}, R"("list=['a']")"},
      {List{}, "0"},
      {Value(), "0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(write_envelope({.function = "f", .args = c.args}, Dialect::legacy),
              std::string("{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': ") + c.text +
                  ", 'VALUE': 'f', 'TIME': 0, 'TYPE': 0, 'CYCLE': 0}");
  }
}

TEST(WriteEnvelope, NeverPutsTheTerminatorOnTheLegacyWire) {
  const Envelope envelope{.function = "EOF",
                          .args = Map{{"sql", "select 'EOF'"}, {"EOF", "xEOF"}},
                          .time = "EOF",
                          .cycle = "EOF",
                          .target = List{"EOF"}};
  const std::string payload = write_envelope(envelope, Dialect::legacy);
  EXPECT_EQ(payload.find("EOF"), payload.npos) << payload;
  const Envelope back = parsed(payload);
  EXPECT_EQ(back.function, "EOF");
  EXPECT_EQ(back.args, Value("sql=\"select 'EOF'\",EOF='xEOF'"));
  EXPECT_EQ(back.target, Value(List{"EOF"}));
}

TEST(CallArguments, ComeFromTextNamesOrPositions) {
  const struct {
    const char* name;
    Value args;
    CallArguments arguments;
  } cases[] = {
      {"none", Value(), {}},
      {"zero", "0", {}},
      {"blank", "  ", {}},
      {"text", "'x',stat=1", {{"x"}, {{"stat", 1}}}},
      {"names",
       Map{{"ip", "10.0.0.1"}, {"port", 3306}},
       {{}, {{"ip", "10.0.0.1"}, {"port", 3306}}}},
      {"positions", List{"x", nullptr}, {{"x", nullptr}, {}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto arguments = call_arguments({.function = "f", .args = c.args});
    ASSERT_TRUE(arguments) << arguments.error().message;
    EXPECT_EQ(*arguments, c.arguments);
  }
}

TEST(CallArguments, RefusesWhatIsNoArgumentOfACall) {
  const struct {
    const char* name;
    Value args;
    const char* message;
  } cases[] = {
      {"a call inside", "ip=system('ls')", "^"},
      {"a name", "model=backup", "^"},
      {"an unclosed quote", "model='backup", "^"},
      {"a number", 5, "ARGS is of kind integer"},
      {"a name that is a number", Map{{1, 2}}, "a name of an argument is of kind integer"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto arguments = call_arguments({.function = "f", .args = c.args});
    ASSERT_FALSE(arguments);
    EXPECT_EQ(arguments.error().code, Errc::invalid_argument);
    EXPECT_THAT(arguments.error().message, HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace mega
