// Checks what the compiler does not: the shape of the tree. See docs/ARCHITECTURE.md, "Layers".
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Layers = std::map<std::string, std::set<std::string>>;

const fs::path root = MEGA_SOURCE_DIR;

struct File {
  std::string path;  // from the root of the tree: "src/wire/frame.cc"
  std::vector<std::string> lines;

  bool is_header() const { return path.ends_with(".h"); }
  std::string where(std::size_t line) const { return path + ":" + std::to_string(line + 1); }
};

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// All C++ under a folder of the tree, by path.
std::vector<File> sources_under(const char* folder) {
  std::vector<File> files;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const auto extension = entry.path().extension();
    if (extension != ".cc" && extension != ".h") continue;
    files.push_back({entry.path().lexically_relative(root).string(), lines_of(entry.path())});
  }
  std::ranges::sort(files, {}, &File::path);
  EXPECT_FALSE(files.empty()) << "nothing under " << folder;
  return files;
}

std::vector<File> sources_under_all(const std::vector<const char*>& folders) {
  std::vector<File> all;
  for (const char* folder : folders) {
    for (auto& file : sources_under(folder)) all.push_back(std::move(file));
  }
  return all;
}

// Every folder with all the folders below it, from the mega_layer() and mega_module() lines of
// src/CMakeLists.txt.
Layers read_layers() {
  Layers below;
  const std::regex line_of{R"(^mega_(?:layer|module)\((\w+)(?:\s+USES((?:\s+[a-z_]+)*))?)"};
  for (const auto& line : lines_of(root / "src/CMakeLists.txt")) {
    std::smatch m;
    if (!std::regex_search(line, m, line_of)) continue;
    auto& mine = below[m[1]];
    std::istringstream uses(m[2]);
    for (std::string used; uses >> used;) {
      EXPECT_TRUE(below.contains(used)) << m[1] << " uses " << used << ", which is not below it";
      mine.insert(used);
      mine.insert(below[used].begin(), below[used].end());
    }
  }
  EXPECT_TRUE(below.contains("base"));
  EXPECT_TRUE(below.contains("mail"));
  return below;
}

// "wire" for "src/wire/frame.cc" and "src/wire/deeper/frame.cc".
std::string layer_of(const File& file) {
  const auto begin = std::string("src/").size();
  return file.path.substr(begin, file.path.find('/', begin) - begin);
}

TEST(Tidy, FoldersIncludeOnlyWhatIsBelowThem) {
  const Layers below = read_layers();
  const std::regex include{R"re(^#include "([a-z_]+)/)re"};
  for (const File& file : sources_under("src")) {
    if (file.path == "src/headers.cc") continue;
    const std::string layer = layer_of(file);
    ASSERT_TRUE(below.contains(layer)) << file.path << " is in no layer";
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      std::smatch m;
      if (!std::regex_search(file.lines[i], m, include) || m[1] == layer) continue;
      EXPECT_TRUE(below.at(layer).contains(m[1])) << file.where(i) << ": " << file.lines[i];
    }
  }
}

// The parts of a path below src, cmd or tests: {"mail", "store", "mail_store.cc"}.
std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream text(path);
  for (std::string part; std::getline(text, part, '/');) parts.push_back(part);
  return parts;
}

// Whether a file of the one role may include a file of the other, in one module.
bool role_may_use(const std::string& role, const std::string& other) {
  static const std::map<std::string, int> ranks{{"format", 0}, {"protocol", 0}, {"store", 1},
                                                {"server", 2}, {"agent", 2},    {"funcs", 3}};
  const auto mine = ranks.find(role), its = ranks.find(other);
  if (role == other || mine == ranks.end() || its == ranks.end()) return true;
  return its->second < mine->second;
}

TEST(Tidy, RolesOfAModuleKeepTheirOrder) {
  const std::regex include{R"re(^#include "([a-z_]+)/([a-z_]+)/[^"]+")re"};
  for (const File& file : sources_under("src")) {
    const auto parts = parts_of(file.path);
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      std::smatch m;
      if (!std::regex_search(file.lines[i], m, include)) continue;
      const bool own = m[1] == parts[1];
      EXPECT_TRUE(own || m[2] != "funcs") << file.where(i) << ": functions of another module";
      const std::string role = own && parts.size() == 4 ? parts[2] : "";
      EXPECT_TRUE(role_may_use(role, m[2])) << file.where(i) << ": " << file.lines[i];
    }
  }
}

// cmd/MODULE includes the shell and what its module may use; the shell includes no cmd/MODULE, and
// of the modules only those by which a command reaches a server.
TEST(Tidy, CommandsKeepToTheirModule) {
  const Layers below = read_layers();
  const std::set<std::string> of_all{"server", "agent"}, of_the_shell{"access", "api"};
  const std::regex include{R"re(^#include "([a-z_]+)/(?:([a-z_]+)/)?[^"]+")re"};
  for (const File& file : sources_under("cmd")) {
    const auto parts = parts_of(file.path);
    const std::string module = parts.size() > 2 ? parts[1] : "";
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      std::smatch m;
      if (!std::regex_search(file.lines[i], m, include)) continue;
      const std::string from = m[1];
      bool allowed = of_all.contains(from) || below.at("net").contains(from) || from == "net";
      if (from == "cmd") {
        allowed = !m[2].matched || m[2] == module;
      } else if (module.empty()) {
        allowed = allowed || of_the_shell.contains(from);
      } else {
        allowed = allowed || from == module || below.at(module).contains(from);
      }
      EXPECT_TRUE(allowed) << file.where(i) << ": " << file.lines[i];
    }
  }
}

TEST(Tidy, FoldersHoldNoMoreThanCanBeSeenAtOnce) {
  constexpr std::size_t files_max = 44;
  std::map<std::string, std::size_t> files;
  for (const File& file : sources_under_all({"src", "cmd"})) {
    ++files[fs::path(file.path).parent_path().string()];
  }
  for (const auto& [folder, count] : files) EXPECT_LE(count, files_max) << folder;
}

TEST(Tidy, EveryFolderIsInTheArchitecture) {
  std::string text;
  for (const auto& line : lines_of(root / "docs/ARCHITECTURE.md")) text += line + "\n";
  for (const auto& [layer, used] : read_layers()) {
    EXPECT_NE(text.find("| `src/" + layer + "` |"), text.npos) << layer << " has no line there";
  }
}

// What is tested with strings and fuzzed as it is: no socket, thread, file or clock of the machine.
TEST(Tidy, PureFoldersStayPure) {
  const std::vector<std::string> pure = {"src/value/", "src/wire/", "src/trust/", "/format/"};
  const std::regex impure{
      R"(#include (<(fstream|filesystem|thread|mutex|iostream|unistd\.h|fcntl\.h|sys/socket\.h|asio.*)>|"(net/|base/file)))"
      R"(|\bsystem_clock\(\)|\bgetenv\()"};
  for (const File& file : sources_under("src")) {
    const auto holds = [&](const std::string& part) {
      return file.path.find(part) != file.path.npos;
    };
    if (std::ranges::none_of(pure, holds)) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(file.lines[i], impure))
          << file.where(i) << ": " << file.lines[i];
    }
  }
}

TEST(Tidy, FilesOpenByTellingWhatTheyAreFor) {
  for (const File& file : sources_under_all({"src", "cmd"})) {
    ASSERT_FALSE(file.lines.empty()) << file.path << " is empty";
    const fs::path header = root / fs::path(file.path).replace_extension(".h");
    if (!file.is_header() && fs::exists(header)) continue;  // its header says it
    EXPECT_TRUE(file.lines.front().starts_with("// ")) << file.path;
  }
}

// A function that does something is called by a test of its own module.
TEST(Tidy, FunctionsAreCalledByATestOfTheirModule) {
  std::map<std::string, std::string> tests;  // by module
  for (const File& file : sources_under("tests")) {
    const std::string module =
        fs::path(file.path.substr(file.path.find('/') + 1)).begin()->string();
    for (const std::string& line : file.lines) tests[module] += line + "\n";
  }
  for (const File& file : sources_under("src")) {
    const fs::path path(file.path);
    const auto runs = [](const std::string& line) { return line.starts_with("    .run = "); };
    if (path.parent_path().filename() != "funcs" || std::ranges::none_of(file.lines, runs))
      continue;
    const std::string module = path.parent_path().parent_path().filename().string();
    const std::regex name("\\b" + path.stem().string() + "\\b");
    EXPECT_TRUE(std::regex_search(tests[module], name)) << file.path;
  }
}

// A sentence of a comment has its subject by name: the caller, the host, the relay.
TEST(Tidy, CommentsNameTheirSubject) {
  const std::regex riddle{
      R"((^|[^:])//(.*[.:;])? *(Who|Whom|Whoever|Nobody|Somebody|Anybody|Those who)\b)"};
  for (const File& file : sources_under_all({"src", "cmd"})) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(file.lines[i], riddle))
          << file.where(i) << ": " << file.lines[i];
    }
  }
}

TEST(Tidy, HeadersAreReadOnce) {
  for (const File& file : sources_under_all({"src", "cmd", "tests"})) {
    if (!file.is_header()) continue;
    EXPECT_NE(std::ranges::find(file.lines, "#pragma once"), file.lines.end()) << file.path;
  }
}

TEST(Tidy, FilesStayShortEnoughToBeReadAtOnce) {
  constexpr std::size_t lines_max = 500;
  for (const File& file : sources_under_all({"src", "cmd", "tests"})) {
    EXPECT_LE(file.lines.size(), lines_max) << file.path << " holds more than one thing";
  }
}

// Work that is left is an issue, not a comment.
TEST(Tidy, NothingIsLeftForLater) {
  const std::regex later{R"(\b(TO)"
                         R"(DO|FIX)"
                         R"(ME|XX)"
                         R"(X)\b)"};
  for (const File& file : sources_under_all({"src", "cmd", "tests", "third_party"})) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(file.lines[i], later))
          << file.where(i) << ": " << file.lines[i];
    }
  }
}

// g++ 12 destroys an aggregate or a capturing lambda twice when it is made inside a co_await
// expression: name it first, then await.
TEST(Tidy, NothingIsMadeInsideAnAwaitedExpression) {
  const std::regex made{R"(\b[A-Z]\w*\{|[(,]\s*\[[^\]]+\]\s*[({])"};
  for (const File& file : sources_under_all({"src", "cmd", "tests"})) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto begin = file.lines[i].find("co_await ");
      if (begin == std::string::npos || file.lines[i].find("//") < begin) continue;
      std::string statement = file.lines[i].substr(begin);
      for (std::size_t j = i + 1; j < file.lines.size() && statement.find(';') == statement.npos;) {
        statement += file.lines[j++];
      }
      statement.erase(std::min(statement.find(';'), statement.size()));
      EXPECT_FALSE(std::regex_search(statement, made)) << file.where(i) << ": " << statement;
      const std::string before = file.lines[i].substr(0, begin);
      EXPECT_FALSE(before.ends_with("? ") || before.ends_with(" : ")) << file.where(i);
    }
  }
}

}  // namespace
