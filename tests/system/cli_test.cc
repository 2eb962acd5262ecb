// The commands with a server of their own: the real binary on both sides.
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace mega {
namespace {

std::string source(const std::string& path) {
  std::ifstream file(std::string(MEGA_SOURCE_DIR) + "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

// A server with the fleet of docs/examples.
class Cli : public testing::Test {
 protected:
  CommandEnd mega(std::vector<std::string> arguments, std::string input = "") {
    return run_mega({.arguments = std::move(arguments),
                     .input = std::move(input),
                     .environment = {{"MEGA_DATA", server_.folder()}}});
  }

  void load_fleet() {
    const CommandEnd end =
        mega({"call", "--batch", std::string(MEGA_SOURCE_DIR) + "/docs/examples/fleet.txt"});
    ASSERT_EQ(end.code, 0) << end.err;
  }

  std::string legacy() const { return "legacy:127.0.0.1:" + std::to_string(server_.port()); }

  Scratch scratch_;
  ServerProcess server_{scratch_ / "data"};
};

TEST_F(Cli, LoadsTheExampleFleet) {
  load_fleet();
  const std::string fleet = source("docs/examples/fleet.txt");
  for (const auto& [list, add] : {std::pair{"get_all_server", "\nadd_server "},
                                  {"get_all_instance", "\nadd_instance "},
                                  {"get_all_db", "\nadd_database "},
                                  {"get_all_owner", "\nadd_owner "},
                                  {"get_all_business", "\nadd_business "}}) {
    SCOPED_TRACE(list);
    std::size_t added = 0;
    for (std::size_t at = 0; (at = fleet.find(add, at)) != std::string::npos; ++at) ++added;
    const CommandEnd end = mega({"call", list, "-o", "csv"});
    EXPECT_EQ(lines_of(end.out), added + 1) << end.out << end.err;
  }
  EXPECT_EQ(
      mega({"inventory", "search", "role=slave and cluster=orders", "-o", "csv"}).out.substr(0, 3),
      "id,");
}

TEST_F(Cli, AnswersTheCallOfTheSeedAlikeOverBothWires) {
  load_fleet();
  const std::vector<std::string> call{"call", "get_all_instance", "model='backup',stat=1,role=1"};
  const CommandEnd ours = mega(call);
  std::vector<std::string> over_legacy = call;
  over_legacy.insert(over_legacy.end(), {"--server", legacy()});
  EXPECT_EQ(ours.code, 0) << ours.err;
  EXPECT_TRUE(ours.out.starts_with("([{'id': '") && ours.out.ends_with("}], 0)\n")) << ours.out;
  EXPECT_EQ(mega(over_legacy).out, ours.out);
}

TEST_F(Cli, ReadsTheCodeOfAFunctionThatAnswersOneOverTheOldWire) {
  const ServerProcess server(scratch_ / "open", {"--legacy-role", "operator"});
  const std::string to = "legacy:127.0.0.1:" + std::to_string(server.port());
  const struct {
    const char* name;
    std::vector<std::string> arguments;
    int code;
  } cases[] = {
      {"done", {"add_server", "ip=10.0.0.1"}, 0},
      {"an argument", {"add_server", "ip=10.0.0.256"}, 2},
      {"not found, which is a failure like any", {"del_server", "ip=10.9.9.9"}, 1},
      {"not found, as data and a code", {"get_server", "ip=10.9.9.9"}, 7},
      {"a value that is None", {"main"}, 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> words{"call", "--server", to};
    words.insert(words.end(), c.arguments.begin(), c.arguments.end());
    const CommandEnd end = mega(words);
    EXPECT_EQ(end.code, c.code) << end.out << end.err;
    EXPECT_EQ(end.out.empty(), c.code != 0) << end.out;
  }
}

TEST_F(Cli, EndsWithTheExitCodeOfWhatHappened) {
  const struct {
    const char* name;
    std::vector<std::string> arguments;
    int code;
    const char* error;  // a part of it
  } cases[] = {
      {"done", {"call", "main"}, 0, ""},
      {"an unknown function", {"call", "get_servr"}, 7, "did you mean 'get_server'?"},
      {"an unknown function of the old wire", {"call", "get_servr", "--server", legacy()}, 7, ""},
      {"not found", {"call", "get_server", "ip=10.9.9.9"}, 7, "10.9.9.9"},
      {"an argument's value", {"call", "get_server", "ip=10.0.0.256"}, 2, "ip"},
      {"a mistyped argument", {"call", "get_server", "ipp=10.0.0.1"}, 2, "did you mean 'ip'?"},
      {"a missing argument", {"call", "add_server"}, 2, "ip"},
      {"not allowed", {"call", "add_server", "ip=10.0.0.1", "--server", legacy()}, 1, ""},
      {"a dead socket", {"ping", "--server", "unix:/nowhere/mega.sock"}, 4, "/nowhere/mega.sock"},
      {"nobody there", {"ping", "--server", "legacy:127.0.0.1:1"}, 4, "127.0.0.1"},
      {"a mistyped command", {"pign"}, 2, "did you mean 'ping'?"},
      {"a flag without the one that it belongs to", {"call", "main", "--stop"}, 2, "--batch FILE"},
      {"a shell that nobody named", {"completion"}, 2, "takes the name of a shell: bash, zsh"},
      {"a settings file that is not there", {"--config", "/nowhere/x", "config"}, 7, "/nowhere/x"},
      {"a file of arguments that is not there", {"call", "main", "@/nowhere/x"}, 7, "/nowhere/x"},
      {"a value that is no text", {"call", "get_server", R"(ip=b'\xff')"}, 2, "not bytes"},
      {"a mistyped flag", {"ping", "--sever", "x"}, 2, "did you mean '--server'?"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const CommandEnd end = mega(c.arguments);
    EXPECT_EQ(end.code, c.code) << end.err;
    EXPECT_NE(end.err.find(c.error), std::string::npos) << end.err;
    EXPECT_EQ(end.err.empty(), c.code == 0) << end.err;
    if (c.code != 0) {
      EXPECT_EQ(end.out, "");
    }
  }
}

TEST_F(Cli, NamesTheColumnsOfACsvWithoutRows) {
  const CommandEnd none = mega({"call", "search", "'server',where='ip=10.9.9.9'", "-o", "csv"});
  EXPECT_EQ(none.code, 0) << none.err;
  EXPECT_EQ(none.out.find("id,"), 0u) << none.out;
  EXPECT_EQ(lines_of(none.out), 1u);
  EXPECT_EQ(mega({"call", "search", "'server',where='ip=10.9.9.9'", "-o", "json"}).out, "[]\n");
  ASSERT_EQ(mega({"call", "add_server", "ip=10.9.9.9"}).code, 0);
  const CommandEnd one = mega({"call", "search", "'server',where='ip=10.9.9.9'", "-o", "csv"});
  EXPECT_EQ(one.out.substr(0, none.out.size()), none.out) << "the same header";
}

TEST_F(Cli, RefusesToDeleteWhatIsNeeded) {
  load_fleet();
  const CommandEnd end = mega({"call", "del_instance", "ip=10.20.0.11", "port=3306"});
  EXPECT_EQ(end.code, 5) << end.err;
  EXPECT_EQ(end.out, "");
}

TEST_F(Cli, NamesTheSocketOfAServerThatDied) {
  server_.child().signal(SIGKILL);
  server_.child().wait();
  const CommandEnd end = mega({"call", "main"});
  EXPECT_EQ(end.code, 4) << end.err;
  EXPECT_NE(end.err.find("mega.sock"), std::string::npos) << end.err;
}

TEST_F(Cli, GoesOnAfterAFailedLineOfABatchUnlessToldToStop) {
  const std::string batch =
      "# two of these fail\n"
      "add_server ip=10.0.0.1\n"
      "get_servr ip=10.0.0.1\n"
      "\n"
      "get_server ip='10.0.0.1\n"
      "get_server ip=10.0.0.1\n";
  const CommandEnd whole = mega({"call", "--batch", "-", "-o", "json"}, batch);
  EXPECT_EQ(whole.code, 3);
  EXPECT_EQ(lines_of(whole.out), 2u) << whole.out;
  for (const char* part : {"standard input:3: get_servr: ", "standard input:5: get_server: ",
                           "mega: 2 of 4 calls failed\n"}) {
    EXPECT_NE(whole.err.find(part), std::string::npos) << whole.err;
  }
  const CommandEnd named = mega({"call", "--batch", "-"}, "add_server\n");
  EXPECT_NE(named.err.find("input:1: add_server needs ip"), std::string::npos) << named.err;
  const CommandEnd stopped = mega({"call", "--batch", "-", "--stop", "-o", "json"}, batch);
  EXPECT_EQ(stopped.code, 3);
  EXPECT_EQ(lines_of(stopped.out), 1u) << stopped.out;
  EXPECT_EQ(stopped.err.find("standard input:5"), std::string::npos) << stopped.err;
}

TEST_F(Cli, RunsABatchOverTheOldWireToo) {
  const CommandEnd end = mega({"call", "--batch", "-", "--server", legacy()},
                              "main\nget_all_server stat=1\nget_all_db\n");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(end.out, "None\n([], 0)\n([], 0)\n");
}

TEST_F(Cli, ReadsArgumentsFromAFileAndFromStandardInput) {
  std::ofstream(scratch_ / "args") << "ip=10.0.0.1\nserver_name='db one'\n,server_os='Debian'\n";
  // Quotes make it the form of a call, in which a comma separates.
  EXPECT_EQ(mega({"call", "add_server", "@" + scratch_ / "args"}).code, 2);
  std::ofstream(scratch_ / "args") << "'10.0.0.1',\n  server_name='db one'\n";
  EXPECT_EQ(mega({"call", "add_server", "@" + scratch_ / "args"}).code, 0);
  const CommandEnd end = mega({"call", "get_server", "-", "-o", "json"}, "ip=10.0.0.1\n");
  EXPECT_NE(end.out.find("\"db one\""), std::string::npos) << end.out << end.err;
}

TEST_F(Cli, TellsWhoAnswersAPing) {
  const CommandEnd ours = mega({"ping"});
  EXPECT_EQ(ours.code, 0) << ours.err;
  EXPECT_NE(ours.out.find("mega 1."), std::string::npos) << ours.out;
  EXPECT_NE(ours.out.find("(admin)"), std::string::npos) << ours.out;
  const CommandEnd old = mega({"ping", "--server", legacy()});
  EXPECT_EQ(old.code, 0) << old.err;
  EXPECT_TRUE(old.out.starts_with("legacy:127.0.0.1")) << old.out;
}

TEST_F(Cli, ListsFunctionsOfItsOwnAndOfTheServer) {
  const CommandEnd own = mega({"funcs"});
  EXPECT_NE(own.out.find("\nget_server ArgSpec(args=['model', 'ip'], varargs=None, keywords=None, "
                         "defaults=(None, None))\n"),
            std::string::npos)
      << own.out;
  EXPECT_EQ(mega({"funcs", "--server", "unix:" + server_.socket()}).out, own.out);
  const CommandEnd one = mega({"funcs", "get_server"});
  EXPECT_NE(one.out.find("mega call get_server"), std::string::npos) << one.out;
  const CommandEnd none = mega({"funcs", "get_servr"});
  EXPECT_EQ(none.code, 7);
  EXPECT_NE(none.err.find("did you mean 'get_server'?"), std::string::npos) << none.err;
}

TEST_F(Cli, ExportsAndAppliesTheInventory) {
  load_fleet();
  for (const char* name : {"fleet.csv", "fleet.json"}) {
    SCOPED_TRACE(name);
    const std::string file = scratch_ / name;
    ASSERT_EQ(mega({"inventory", "export", file}).code, 0);
    EXPECT_EQ(mega({"inventory", "export", "-", "--format", std::string(name).substr(6)}).out,
              text_of(file));
    const CommandEnd again = mega({"inventory", "apply", file});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(again.out, "");
    // On another server it makes the same inventory; the file of that one is the same.
    ServerProcess other(scratch_ / (std::string(name) + ".data"));
    const std::string there = "unix:" + other.socket();
    const CommandEnd dry = mega({"inventory", "apply", file, "--dry-run", "--server", there});
    EXPECT_EQ(dry.code, 0) << dry.err;
    EXPECT_GT(lines_of(dry.out), 30u) << dry.out;
    EXPECT_EQ(mega({"inventory", "list", "server", "-o", "json", "--server", there}).out, "[]\n");
    const CommandEnd applied = mega({"inventory", "apply", file, "--server", there});
    EXPECT_EQ(applied.code, 0) << applied.err;
    // The same lines; those of slaves come when their masters are there.
    EXPECT_EQ(sorted_lines(applied.out), sorted_lines(dry.out));
    EXPECT_EQ(mega({"inventory", "export", "-", "--format", std::string(name).substr(6), "--server",
                    there})
                  .out,
              text_of(file));
  }
}

TEST_F(Cli, ChangesNothingWhenAFileIsWrong) {
  const std::string file = scratch_ / "fleet.csv";
  std::ofstream(file) << "kind,ip,port\nserver,10.0.0.1,\ninstance,10.0.0.1,99999\n";
  const CommandEnd end = mega({"inventory", "apply", file});
  EXPECT_EQ(end.code, 2);
  EXPECT_EQ(end.out, "");
  EXPECT_TRUE(end.err.starts_with("mega: " + file + ":3: port takes")) << end.err;
  EXPECT_EQ(mega({"inventory", "list", "server", "-o", "json"}).out, "[]\n");
}

}  // namespace
}  // namespace mega
