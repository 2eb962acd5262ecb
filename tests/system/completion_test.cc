// The completion scripts in the shells they are for, and the manual pages under mandoc.
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace mega {
namespace {

bool is_installed(const std::string& program) {
  return run_program("sh", {.arguments = {"-c", "command -v " + program}}).code == 0;
}

// A folder for PATH in which the binary is called mega.
class MegaInPath {
 public:
  MegaInPath() { EXPECT_EQ(::symlink(mega_binary().c_str(), (folder_ / "mega").c_str()), 0); }
  std::map<std::string, std::string> environment() const {
    return {{"PATH", folder_.path() + ":" + std::getenv("PATH")}, {"HOME", folder_.path()}};
  }

 private:
  Scratch folder_;
};

struct Case {
  const char* line;  // typed so far
  const char* want;  // what is offered, a line each
};

// What every shell offers; bash's are the words that it puts in place of the typed one.
const Case cases[] = {
    {"mega ca", "call\n"},
    {"mega call get_ser", "get_server\n"},
    {"mega call get_instance ip=10.0.0.1 p", "port=\n"},
    {"mega inventory ap", "apply\n"},
    {"mega call --outp", "--output\n"},
    {"mega call -o j", "json\n"},
};

TEST(BashCompletion, OffersWhatTheBinaryTakes) {
  const MegaInPath path;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.line);
    const CommandEnd end = run_program(
        "bash", {.arguments = {"-c",
                               "eval \"$(mega completion bash)\"; COMP_LINE=$1; "
                               "COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<< \"$1\"; "
                               "_mega mega; printf '%s\\n' \"${COMPREPLY[@]}\"",
                               "bash", c.line},
                 .environment = path.environment()});
    EXPECT_EQ(end.out, c.want) << end.err;
    EXPECT_EQ(end.err, "");
  }
}

// What bash puts in place of the part of the line behind its last break.
std::string bash_offers(const std::string& line, const std::string& folder = "/") {
  const MegaInPath path;
  const CommandEnd end = run_program(
      "bash", {.arguments = {"-c",
                             "eval \"$(mega completion bash)\"; cd \"$2\"; COMP_LINE=$1; "
                             "COMP_POINT=${#COMP_LINE}; _mega mega; printf '%s\\n' "
                             "\"${COMPREPLY[@]}\"",
                             "bash", line, folder},
               .environment = path.environment()});
  EXPECT_EQ(end.err, "");
  return end.out;
}

TEST(BashCompletion, ReplacesOnlyWhatStandsBehindTheLastBreak) {
  EXPECT_EQ(bash_offers("mega call --output=j"), "json\n");
}

TEST(BashCompletion, OffersFilesWithBlanksAndColons) {
  const Scratch files;
  for (const char* name : {"my file.txt", "db:3306.txt", "--other.txt"}) files.write(name, "");
  const Case lines[] = {
      {"mega mail --attach my", "my file.txt\n"},
      {"mega mail --attach my\\ f", "my file.txt\n"},
      {"mega mail --attach 'my f", "my file.txt\n"},
      {"mega mail --attach \"my f", "my file.txt\n"},
      {"mega mail --subject 'two words' --attach my\\ f", "my file.txt\n"},
      {"mega mail --attach=my\\ f", "my file.txt\n"},
      {"mega mail --attach=\"my f", "my file.txt\n"},
      {"mega mail --attach db:3", "3306.txt\n"},
      {"mega mail --attach db\\:3", "db:3306.txt\n"},
      {"mega mail --attach 'db:3", "db:3306.txt\n"},
      {"mega mail --attach=db:3", "3306.txt\n"},
      {"mega mail --attach ./--o", "./--other.txt\n"},
      {"mega mail --attach nosuch", "\n"},
  };
  for (const Case& c : lines) {
    SCOPED_TRACE(c.line);
    EXPECT_EQ(bash_offers(c.line, files.path()), c.want);
  }
}

TEST(BashCompletion, OffersFlagsAndCommandsToExplain) {
  EXPECT_EQ(bash_offers("mega --vers"), "--version\n");
  EXPECT_EQ(bash_offers("mega --"), "--help\n--version\n--config\n");
  EXPECT_EQ(bash_offers("mega help server rev"), "revoke\n");
}

TEST(ZshCompletion, OffersWhatTheBinaryTakes) {
  if (!is_installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  const MegaInPath path;
  const CommandEnd syntax = run_program(
      "bash",
      {.arguments = {"-c", "zsh -n <(mega completion zsh)"}, .environment = path.environment()});
  EXPECT_EQ(syntax.code, 0) << syntax.err;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.line);
    // compadd exists only while zsh completes; here it prints the array behind -a.
    const std::string program =
        "compdef() {}; compadd() { print -rl -- ${(P)@[-1]} }; eval \"$(mega completion zsh)\"; "
        "words=(${=1}); CURRENT=$#words; _mega";
    const CommandEnd end = run_program("zsh", {.arguments = {"-f", "-c", program, "zsh", c.line},
                                               .environment = path.environment()});
    EXPECT_EQ(end.out, c.want) << end.err;
    EXPECT_EQ(end.err, "");
  }
}

TEST(FishCompletion, OffersWhatTheBinaryTakes) {
  if (!is_installed("fish")) GTEST_SKIP() << "fish is not installed";
  const MegaInPath path;
  const CommandEnd syntax = run_program(
      "sh",
      {.arguments = {"-c", "mega completion fish | fish -n"}, .environment = path.environment()});
  EXPECT_EQ(syntax.code, 0) << syntax.err;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.line);
    const CommandEnd end = run_program(
        "fish", {.arguments = {"--no-config", "-c",
                               "mega completion fish | source; complete -C $argv[1]", c.line},
                 .environment = path.environment()});
    // Each line is the text and, behind a tab, what it is about.
    std::istringstream lines(end.out);
    std::string texts;
    for (std::string line; std::getline(lines, line);) {
      texts += line.substr(0, line.find('\t')) + "\n";
    }
    EXPECT_EQ(texts, c.want) << end.err;
  }
}

TEST(FishCompletion, OffersFilesWithBlanks) {
  if (!is_installed("fish")) GTEST_SKIP() << "fish is not installed";
  const MegaInPath path;
  const Scratch files;
  files.write("my file.txt", "");
  const Case lines[] = {{"mega mail --attach my", "my file.txt\n"},
                        {"mega mail --attach my\\ f", "my file.txt\n"},
                        {"mega mail --attach 'my f", "my file.txt\n"},
                        {"mega mail --attach=my\\ f", "--attach=my file.txt\n"}};
  for (const Case& c : lines) {
    SCOPED_TRACE(c.line);
    const CommandEnd end = run_program(
        "fish", {.arguments = {"--no-config", "-c",
                               "mega completion fish | source; cd $argv[2]; complete -C $argv[1] | "
                               "string replace -r '\\t.*' ''",
                               c.line, files.path()},
                 .environment = path.environment()});
    EXPECT_EQ(end.out, c.want) << end.err;
  }
}

TEST(ManualPages, PassMandoc) {
  if (!is_installed("mandoc")) GTEST_SKIP() << "mandoc is not installed";
  const MegaInPath path;
  for (const char* command : {"", "call", "completion", "funcs", "help", "inventory", "ping",
                              "server", "config", "log", "host"}) {
    SCOPED_TRACE(command);
    const CommandEnd end = run_program(
        "sh", {.arguments = {"-c", "mega help --man $1 | mandoc -T lint -W warning", "sh", command},
               .environment = path.environment()});
    EXPECT_EQ(end.out + end.err, "");
    EXPECT_EQ(end.code, 0);
  }
}

}  // namespace
}  // namespace mega
