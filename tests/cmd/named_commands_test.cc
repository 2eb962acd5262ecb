// Every command that a text of mega or its documentation names: it exists, has the subcommands,
// flags and functions, and takes the arguments of examples.
#include "api/describe.h"
#include "api/function.h"
#include "base/file.h"
#include "base/text.h"
#include "cmd/call_words.h"
#include "cmd/command_line.h"
#include "cmd/help_topics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <regex>

namespace mega {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

// A command line in a text. `whole`: an example, whose arguments are checked, too.
struct Mention {
  std::string place, line;
  bool whole = false;
};

// The words of a command line up to a pipe, a redirection or a comment, without quotes.
Words shell_words(std::string_view line) {
  Words words;
  std::string word;
  bool begun = false;
  char quote = '\0';
  for (const char c : line) {
    if (quote != '\0' && c != quote) {
      word += c;
    } else if (quote != '\0') {
      quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
      begun = true;
    } else if (c == ' ') {
      if (begun || !word.empty()) words.push_back(std::exchange(word, ""));
      begun = false;
    } else if (std::string_view("|<>#;&\n").find(c) != std::string_view::npos) {
      break;
    } else {
      word += c;
    }
  }
  if (begun || !word.empty()) words.push_back(word);
  return words;
}

bool is_placeholder(const std::string& word) {
  return std::ranges::all_of(word, [](char c) { return std::isupper(c) || c == '_'; }) ||
         word.find("...") != word.npos || word.find('[') != word.npos;
}

const ArgumentParser* below(const ArgumentParser& parser, const std::string& name) {
  for (const ArgumentParser* sub : parser.subcommands()) {
    if (sub->name() == name) return sub;
  }
  return nullptr;
}

// Removes flags and their values: the positional words are left.
Words positionals(const ArgumentParser& parser, const Words& words) {
  Words left;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('-') || words[i] == "-") {
      left.push_back(words[i]);
    } else if (const auto option = parser.find_option(words[i])) {
      if (option->values_min() > 0) ++i;
    }
  }
  return left;
}

void check_flags(const ArgumentParser& parser, const Words& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (!word.starts_with("--")) continue;
    const std::string flag = word.substr(0, word.find_first_of("=.,:)"));
    EXPECT_TRUE(parser.find_option(flag)) << "no flag " << flag;
  }
}

// The arguments of `mega call FUNCTION ARGS...`.
void check_call(const ArgumentParser& parser, const Words& words, bool whole) {
  const Words left = positionals(parser, words);
  if (left.empty() || is_placeholder(left[0]) || std::ranges::count(words, "--type") > 0) return;
  const Function* function = find_function(left[0]);
  ASSERT_TRUE(function) << "no function " << left[0];
  if (!whole || (left.size() == 2 && (left[1][0] == '@' || left[1] == "-"))) return;
  const auto arguments =
      arguments_from_words(function, std::span<const std::string>(left).subspan(1));
  ASSERT_TRUE(arguments) << arguments.error().message;
  const auto bound = bind(*function, *arguments, true);
  EXPECT_TRUE(bound) << bound.error().message;
}

void check(const Mention& mention) {
  SCOPED_TRACE(mention.place + ": " + mention.line);
  const Words words = shell_words(mention.line);
  if (words.size() < 2 || words[1].starts_with('-') || is_placeholder(words[1])) return;
  const Command* command = find_command(words[1]);
  ASSERT_TRUE(command) << "no command " << words[1];
  const Declared declared = declare(*command);
  const ArgumentParser* parser = declared.parser.get();
  std::size_t at = 2;
  for (; at < words.size() && !parser->subcommands().empty(); ++at) {
    const ArgumentParser* sub = below(*parser, words[at]);
    if (!sub) {
      const bool named = !words[at].starts_with('-') && !is_placeholder(words[at]);
      EXPECT_FALSE(named && parser->needs_subcommand()) << "no command " << words[at];
      break;
    }
    parser = sub;
  }
  const Words rest(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  check_flags(*parser, rest);
  if (command->name == "call") return check_call(*parser, rest, mention.whole);
  if (!mention.whole) return;
  const auto outcome = declared.parser->parse({words.begin() + 2, words.end()});
  EXPECT_EQ(outcome.kind, ParseOutcome::Kind::parsed) << outcome.message;
}

// --- Where commands are named ---

void add_lines(std::vector<Mention>& found, const std::string& place, std::string_view lines) {
  for (const auto line : split(lines, '\n')) {
    if (line.starts_with("mega ")) found.push_back({place, std::string(line), true});
  }
}

void add_examples_below(std::vector<Mention>& found, const ArgumentParser& parser) {
  add_lines(found, parser.name(), parser.examples());
  for (const ArgumentParser* sub : parser.subcommands()) add_examples_below(found, *sub);
}

std::vector<Mention> examples() {
  std::vector<Mention> found;
  for (const Command* command : Registered<Command>::all()) {
    add_examples_below(found, *declare(*command).parser);
  }
  for (const Function* function : all_functions()) {
    add_lines(found, std::string(function->name), function->example);
  }
  for (const HelpTopic& topic : help_topics()) {
    for (const auto line : split(topic.page, '\n')) {
      if (line.starts_with("  ")) add_lines(found, std::string(topic.name), line.substr(2));
    }
  }
  return found;
}

// The string literals of a source, adjacent ones joined, with 1 in place of each {}.
Words literals_of(const std::string& source) {
  static const std::regex line_comment{R"(^\s*//.*$)", std::regex::multiline};
  static const std::regex seam{R"("\s*\n\s*")"}, literal{R"re("((?:[^"\\\n]|\\.)*)")re"};
  const std::string text =
      std::regex_replace(std::regex_replace(source, line_comment, ""), seam, "");
  Words found;
  for (std::sregex_iterator at(text.begin(), text.end(), literal), end; at != end; ++at) {
    std::string one = (*at)[1];
    for (const auto& [escape, meant] :
         {std::pair(R"(\\n)", "\n"), std::pair(R"(\\")", "\""), std::pair(R"(\{[^}]*\})", "1")}) {
      one = std::regex_replace(one, std::regex(escape), meant);
    }
    found.push_back(std::move(one));
  }
  return found;
}

// `mega ...` between backticks.
void add_quoted(std::vector<Mention>& found, const std::string& place, const std::string& text) {
  static const std::regex in_backticks{R"(`(mega [^`]+)`)"};
  for (std::sregex_iterator at(text.begin(), text.end(), in_backticks), end; at != end; ++at) {
    found.push_back({place, std::regex_replace((*at)[1].str(), std::regex(R"(\s+)"), " ")});
  }
}

// Commands behind "; see mega", ": mega" and the like, and at the start of a line, if the word
// behind mega is a command.
void add_plain(std::vector<Mention>& found, const std::string& place, const std::string& text) {
  static const std::regex plain{R"((?:^|[:;,] |see |with |on )(mega ([a-z]+)[^;,:\n]*))"};
  for (std::sregex_iterator at(text.begin(), text.end(), plain), end; at != end; ++at) {
    if (find_command((*at)[2].str())) found.push_back({place, (*at)[1]});
  }
}

std::vector<Mention> mentions_in_sources() {
  std::vector<Mention> found;
  const std::regex report_command{R"re(\.command = (?:fmt::format\()?\s*("(?:[^"\\]|\\.)*"))re"};
  for (const char* folder : {"src", "cmd"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(MEGA_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".cc") continue;
      const std::string place = entry.path().string();
      const std::string source = read_file(place, 1 << 20).value();
      for (const std::string& literal : literals_of(source)) {
        add_quoted(found, place, literal);
        add_plain(found, place, literal);
      }
      for (std::sregex_iterator at(source.begin(), source.end(), report_command), end; at != end;
           ++at) {
        add_lines(found, place, literals_of((*at)[1].str()).at(0));
      }
    }
  }
  return found;
}

std::vector<Mention> mentions_in_documents() {
  std::vector<Mention> found;
  // A line with an error message below shows a mistake.
  static const std::regex code_line{R"(^ {4}(?:\$ )?(mega [^\n]*)$(?!\n {4}mega: ))",
                                    std::regex::multiline};
  for (const char* name : {"README.md", "docs/OPERATIONS.md", "docs/SECURITY.md",
                           "docs/PROTOCOL.md", "docs/FUNCTIONS.md"}) {
    const std::string text = read_file(fs::path(MEGA_SOURCE_DIR) / name, 1 << 20).value();
    add_quoted(found, name, text);
    for (std::sregex_iterator at(text.begin(), text.end(), code_line), end; at != end; ++at) {
      found.push_back({name, (*at)[1]});
    }
  }
  return found;
}

TEST(NamedCommands, OfExamplesTakeTheirArguments) {
  const auto found = examples();
  EXPECT_GT(found.size(), 50u);
  for (const Mention& mention : found) check(mention);
}

TEST(NamedCommands, OfMessagesAndReportsExist) {
  const auto found = mentions_in_sources();
  EXPECT_GT(found.size(), 30u);
  for (const Mention& mention : found) check(mention);
}

TEST(NamedCommands, OfDocumentsExist) {
  const auto found = mentions_in_documents();
  EXPECT_GT(found.size(), 50u);
  for (const Mention& mention : found) check(mention);
}

}  // namespace
}  // namespace mega
