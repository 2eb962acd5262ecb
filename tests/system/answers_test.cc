// What `mega call` makes of answers, with a server that answers what the test says.
#include "tests/support/in_process_service.h"
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"
#include "wire/envelope.h"
#include "wire/reply.h"

#include <gtest/gtest.h>

#include <future>

namespace mega {
namespace {

// A server that answers each request with this result, in the request's dialect.
Responder answering(Result<Value> result, Shape shape = Shape::value) {
  return [result, shape](const Caller&, std::string_view payload) -> std::optional<std::string> {
    if (dialect_of(payload) == Dialect::legacy) return legacy_reply(result, shape);
    const auto envelope = parse_envelope(payload);
    if (envelope && envelope->as == "python" && result) {
      return our_reply(envelope->id, Value(*legacy_reply(result, shape, {.ascii = false})));
    }
    return our_reply(envelope ? envelope->id : 0, result);
  };
}

CommandEnd call(const std::string& server, std::vector<std::string> flags = {}) {
  std::vector<std::string> arguments{"call", "main", "--server", server};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return run_mega({.arguments = arguments});
}

TEST(CallExitCode, IsTheKindOfTheFailureAndStandardOutputIsEmpty) {
  const struct {
    Errc errc;
    int code;
  } cases[] = {{Errc::failed, 1},          {Errc::invalid_argument, 2}, {Errc::partly_failed, 3},
               {Errc::unavailable, 4},     {Errc::refused, 5},          {Errc::not_allowed, 6},
               {Errc::not_found, 7},       {Errc::unknown_function, 7}, {Errc::timed_out, 8},
               {Errc::not_implemented, 1}, {Errc::internal, 70}};
  for (const auto& c : cases) {
    InProcessService server(answering(fail(c.errc, "it is so because it is so")));
    for (const char* format : {"table", "json", "yaml", "csv", "python", "raw"}) {
      SCOPED_TRACE(testing::Message() << kind(c.errc) << " as " << format);
      const CommandEnd end = call("unix:" + server.socket(), {"-o", format});
      EXPECT_EQ(end.code, c.code);
      EXPECT_EQ(end.out, "");
      EXPECT_EQ(end.err, "mega: it is so because it is so\n");
    }
  }
}

TEST(CallExitCode, OfALegacyServerComesFromItsAnswer) {
  const struct {
    const char* name;
    std::optional<std::string> payload;  // nullopt: closes without a byte
    int code;
  } cases[] = {
      {"False of a function of 2014", "False", 1},
      {"a failure", "-1", 1},
      {"nothing", std::nullopt, 1},
      {"an argument", "(None, 2)", 2},
      {"not found", "(None, None)", 7},
      {"data", "([{'stat': '1'}], 0)", 0},
      {"a code", "0", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    InProcessService server([&](const Caller&, std::string_view) { return c.payload; });
    const CommandEnd end = call(fmt::format("legacy:127.0.0.1:{}", server.port()));
    EXPECT_EQ(end.code, c.code) << end.err;
    EXPECT_EQ(end.out.empty(), c.code != 0) << end.out;
    EXPECT_EQ(end.err.empty(), c.code == 0) << end.err;
  }
}

TEST(CallToAServerOf2014, TellsFailuresOfItsFunctions) {
  const struct {
    const char* name;
    std::vector<std::string> words;
    std::optional<std::string> payload;
    int code;
    const char* message;
  } cases[] = {
      {"an unknown address", {"get_server", "ip=10.0.0.9"}, "([], None)", 7, "knows of none"},
      {"False from a function of 2014", {"get_all_server"}, "False", 1, "it answered False"},
      {"False from a later function", {"whoami"}, "False", 7, "no such function"},
      {"a time", {"get_all_server", "--time", "02:30"}, std::nullopt, 1, "drop calls with a time"},
      {"an answer in spite of a time",
       {"get_all_server", "--time", "02:30"},
       "",
       1,
       "drop calls with a time"},
      {"a schedule", {"get_all_server", "--time", "02:30"}, "7", 0, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    InProcessService server([&](const Caller&, std::string_view) { return c.payload; });
    std::vector<std::string> words{"call", "--server",
                                   fmt::format("legacy:127.0.0.1:{}", server.port())};
    words.insert(words.end(), c.words.begin(), c.words.end());
    const CommandEnd end = run_mega({.arguments = words});
    EXPECT_EQ(end.code, c.code) << end.err;
    EXPECT_NE(end.err.find(c.message), std::string::npos) << end.err;
  }
}

TEST(CallToAServerOf2014, SendsABlankToFunctionsWithoutParameters) {
  const std::pair<const char*, const char*> cases[] = {
      {"main", "'ARGS': ' '"}, {"get_all_server", "'ARGS': 0"}, {"of_theirs", "'ARGS': ' '"}};
  for (const auto& [function, args] : cases) {
    SCOPED_TRACE(function);
    InProcessService server([](const Caller&, std::string_view payload) {
      return std::optional("sent " + std::string(payload));
    });
    const CommandEnd end =
        run_mega({.arguments = {"call", function, "-o", "raw", "--server",
                                fmt::format("legacy:127.0.0.1:{}", server.port())}});
    EXPECT_NE(end.out.find(args), std::string::npos) << end.out;
  }
}

TEST(CallExitCode, Is4WhenNobodyAnswersAndTheServerIsNamed) {
  const Scratch scratch;
  const struct {
    const char* name;
    std::string server;
  } cases[] = {
      {"no socket", "unix:" + (scratch / "mega.sock")},
      {"nobody listens", "legacy:127.0.0.1:1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const CommandEnd end = call(c.server);
    EXPECT_EQ(end.code, 4) << end.err;
    const std::string named = c.server.substr(c.server.find(':') + 1);
    EXPECT_NE(end.err.find(named), std::string::npos) << end.err;
  }
}

// Rows with all that text can be: the answers of the format tests.
Value sample() {
  const auto columns = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{"id", "name", "note", "role"});
  return Rows{columns, {1, "\u4e2d\u6587", "a, \"b\"\nc", Value(), 2, "yes", "it's # 1.10", 7}};
}

TEST(CallFormat, PythonIsTheWholeAnswerAsALegacyServerWouldGiveItWithUtf8AsItIs) {
  InProcessService server(answering(sample(), Shape::data_and_code));
  const std::string want =
      "([{'id': '1', 'name': '\u4e2d\u6587', 'note': 'a, \"b\"\\nc', 'role': 'None'}, "
      "{'id': '2', 'name': 'yes', 'note': \"it's # 1.10\", 'role': '7'}], 0)\n";
  EXPECT_EQ(call("unix:" + server.socket(), {"-o", "python"}).out, want);
  // On a pipe it is what one gets unasked; over the old wire it is the same text.
  EXPECT_EQ(call("unix:" + server.socket()).out, want);
  EXPECT_EQ(call(fmt::format("legacy:127.0.0.1:{}", server.port())).out, want);
}

// Feeds the output of `mega call -o format` to a program of Python.
std::string through_python(const std::string& server, const char* format, const char* program) {
  const CommandEnd end = call(server, {"-o", format});
  EXPECT_EQ(end.code, 0) << end.err;
  const CommandEnd python =
      run_program("/usr/bin/python3", {.arguments = {"-c", program}, .input = end.out});
  EXPECT_EQ(python.code, 0) << python.err << end.out;
  return python.out;
}

TEST(CallFormat, IsReadByOthers) {
  InProcessService server(answering(sample(), Shape::data_and_code));
  const std::string ours = "unix:" + server.socket();
  EXPECT_EQ(through_python(ours, "python",
                           "import ast,sys\n"
                           "rows, code = ast.literal_eval(sys.stdin.read())\n"
                           "print(code, ascii(rows[0]['name']), rows[1]['note'], rows[0]['note'])"),
            "0 '\\u4e2d\\u6587' it's # 1.10 a, \"b\"\nc\n");
  EXPECT_EQ(through_python(ours, "json",
                           "import json,sys\n"
                           "rows = json.load(sys.stdin)\n"
                           "print(ascii(rows[0]), rows[1]['id'] + 1, rows[1]['note'])"),
            "{'id': 1, 'name': '\\u4e2d\\u6587', 'note': 'a, \"b\"\\nc', 'role': None} 3 "
            "it's # 1.10\n");
  EXPECT_EQ(through_python(ours, "csv",
                           "import csv,sys\n"
                           "rows = list(csv.DictReader(sys.stdin))\n"
                           "print(len(rows), ascii(rows[0]), rows[1]['note'])"),
            "2 {'id': '1', 'name': '\\u4e2d\\u6587', 'note': 'a, \"b\"\\nc', 'role': ''} "
            "it's # 1.10\n");
}

TEST(CallFormat, YamlKeepsTypesAndQuotesWhatWouldBeSomethingElse) {
  InProcessService server(answering(sample()));
  const CommandEnd end = call("unix:" + server.socket(), {"-o", "yaml"});
  for (const char* part : {"id: 1\n", "role: null\n", "role: 7\n", "\u4e2d\u6587"}) {
    EXPECT_NE(end.out.find(part), std::string::npos) << part << "\n" << end.out;
  }
  EXPECT_EQ(end.out.find("name: yes\n"), std::string::npos) << end.out;
}

TEST(CallFormat, RawIsThePayload) {
  InProcessService server(answering(sample(), Shape::data_and_code));
  EXPECT_EQ(call(fmt::format("legacy:127.0.0.1:{}", server.port()), {"-o", "raw"}).out,
            *legacy_reply(sample(), Shape::data_and_code));
  const CommandEnd end = call("unix:" + server.socket(), {"-o", "raw"});
  const auto answer = parse_reply(end.out);
  ASSERT_TRUE(answer) << end.out;
  EXPECT_TRUE(answer->result);
}

TEST(CallOnATerminal, PrintsATableAndColoursUnlessToldNotTo) {
  InProcessService server(answering(sample()));
  const CommandRun run{.arguments = {"call", "main", "--server", "unix:" + server.socket()},
                       .environment = {{"TERM", "xterm"}, {"NO_COLOR", ""}},
                       .terminal = true};
  const CommandEnd coloured = run_mega(run);
  EXPECT_NE(coloured.out.find("\x1b["), std::string::npos) << coloured.out;
  EXPECT_EQ(coloured.out.find("'name'"), std::string::npos) << coloured.out;
  CommandRun plain = run;
  plain.environment["NO_COLOR"] = "1";
  const CommandEnd end = run_mega(plain);
  EXPECT_EQ(end.code, 0);
  EXPECT_EQ(end.out.find('\x1b'), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("name"), std::string::npos) << end.out;
}

TEST(CallOnAPipe, HasNoEscapesEvenInErrors) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"call", "--help"}, {"cal"}, {"help", "--man"}}) {
    const CommandEnd end = run_mega({.arguments = arguments, .environment = {{"TERM", "xterm"}}});
    EXPECT_EQ((end.out + end.err).find('\x1b'), std::string::npos) << arguments[0];
  }
}

TEST(CallToAClosedPipe, DoesTheWholeBatchAllTheSame) {
  const Scratch scratch;
  const ServerProcess server(scratch / "data");
  std::string calls;
  for (int i = 0; i < 3000; ++i) calls += "whoami\n";  // far more than a pipe and stdio hold
  calls += "add_owner name=last\n";
  const std::string batch = scratch.write("batch", calls);
  const auto end =
      run_child({"/bin/bash", "-c",
                 fmt::format("set -o pipefail; {} call --server unix:{} --batch {} -o json | true",
                             mega_binary(), server.socket(), batch)});
  EXPECT_EQ(end.code, 0) << end.errors;
  EXPECT_NE(server.mega({"call", "get_all_owner", "-o", "csv"}).output.find("last"),
            std::string::npos);
}

TEST(ACommandWithoutStandardDescriptors, EndsWithTheSameExitCode) {
  const struct {
    const char* name;
    const char* command;
    int code;
  } cases[] = {
      {"an error nobody reads", "nosuch 2>&-", 2},
      {"an error on a full disk", "nosuch 2>/dev/full", 2},
      {"nothing at all is open", "nosuch <&- >&- 2>&-", 2},
      {"an answer nobody takes", "host >&- 2>&-", 1},
      {"no error to tell of", "host 2>&-", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string command = fmt::format("{} {}", mega_binary(), c.command);
    EXPECT_EQ(run_child({"/bin/bash", "-c", command}).code, c.code);
  }
}

TEST(CallToAClosedPipe, IsQuietAndNoError) {
  List many;
  for (int i = 0; i < 200000; ++i) many.emplace_back(i);
  InProcessService server(answering(Value(std::move(many))));
  const std::string line =
      fmt::format("set -o pipefail; {} call main --server unix:{} -o json | head -n 1",
                  mega_binary(), server.socket());
  const CommandEnd end = run_program("bash", {.arguments = {"-c", line}});
  EXPECT_EQ(end.code, 0);
  EXPECT_EQ(end.err, "");
  EXPECT_FALSE(end.out.empty());
}

TEST(CallToAFullDisk, SaysSo) {
  InProcessService server(answering(sample()));
  const std::string line =
      fmt::format("{} call main --server unix:{} > /dev/full", mega_binary(), server.socket());
  const CommandEnd end = run_program("bash", {.arguments = {"-c", line}});
  EXPECT_EQ(end.code, 1);
  EXPECT_NE(end.err.find("No space left on device"), std::string::npos) << end.err;
}

TEST(Call, ShowsAMistakeInItsArgumentsWithoutAskingTheServer) {
  const CommandEnd end =
      run_mega({.arguments = {"call", "get_server", "ip=,'x'", "--server", "unix:/nowhere/x"}});
  EXPECT_EQ(end.code, 2);
  EXPECT_EQ(end.out, "");
  EXPECT_NE(end.err.find("ip=,'x'\n"), std::string::npos) << end.err;
  EXPECT_NE(end.err.find('^'), std::string::npos) << end.err;
}

TEST(Call, SendsTheEnvelopeThatItsFlagsSay) {
  std::promise<Envelope> asked;
  InProcessService server([&](const Caller&, std::string_view payload) {
    const auto envelope = parse_envelope(payload);
    asked.set_value(envelope.value_or(Envelope{}));
    return our_reply(envelope ? envelope->id : 0, Value(1));
  });
  const CommandEnd end =
      run_mega({.arguments = {"call", "backup.sh", "-", "--server", "unix:" + server.socket(),
                              "--type", "1", "--target", "10.0.0.1,10.0.0.2", "--time", "03:00",
                              "--cycle", "week:1,4", "--tool", "-o", "json"},
                .input = "'full',keep=3\n"});
  ASSERT_EQ(end.out, "1\n") << end.err;
  Envelope seen = asked.get_future().get();
  seen.id = 0;
  const Envelope want{.function = "backup.sh",
                      .args = "'full',keep=3",
                      .type = 1,
                      .time = "03:00",
                      .cycle = "week:1,4",
                      .target = List{"10.0.0.1", "10.0.0.2"},
                      .tool = true};
  EXPECT_EQ(seen, want) << write_envelope(seen, Dialect::ours);
}

}  // namespace
}  // namespace mega
