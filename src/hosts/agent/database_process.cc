#include "hosts/agent/database_process.h"

#include "base/file.h"
#include "base/text.h"
#include "hosts/agent/proc_net.h"
#include "hosts/agent/proc_text.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace mega {
namespace {

constexpr std::size_t text_bytes_max = 1 << 20;

// Empty when the link cannot be read.
std::string target_of(const std::string& link) {
  std::array<char, 4096> target;
  const auto size = ::readlink(link.c_str(), target.data(), target.size());
  return size > 0 ? std::string(target.data(), static_cast<std::size_t>(size)) : "";
}

std::vector<std::string> names_in(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(::opendir(folder.c_str()), ::closedir);
  std::vector<std::string> names;
  while (const dirent* entry = opened ? ::readdir(opened.get()) : nullptr) {
    names.emplace_back(entry->d_name);
  }
  return names;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// The name of the executable file, else the kernel's `comm`, which a server can set itself.
std::string program_name(const std::string& process) {
  std::string program = target_of(process + "/exe");
  constexpr std::string_view replaced = " (deleted)";  // the file was replaced by an upgrade
  if (program.ends_with(replaced)) program.resize(program.size() - replaced.size());
  if (!program.empty()) return std::string(last_part(program));
  return std::string(trim(read_file(process + "/comm", text_bytes_max).value_or("")));
}

std::vector<std::string> command_of(const std::string& process) {
  const std::string text = read_file(process + "/cmdline", text_bytes_max).value_or("");
  std::vector<std::string> words;
  for (const std::string_view word : split(text, '\0')) words.emplace_back(word);
  if (!words.empty() && words.back().empty()) words.pop_back();
  return words;
}

std::optional<std::vector<std::uint64_t>> sockets_of(const std::string& process) {
  const std::string folder = process + "/fd";
  if (::access(folder.c_str(), R_OK) != 0) return std::nullopt;
  std::vector<std::uint64_t> inodes;
  bool read_any = false;
  for (const std::string& name : names_in(folder)) {
    const std::string target = target_of(folder + "/" + name);
    if (target.empty()) continue;
    read_any = true;
    if (const auto inode = parse_socket_link(target)) inodes.push_back(*inode);
  }
  if (!read_any) return std::nullopt;
  return inodes;
}

bool is_contained(const std::string& proc, const std::string& process) {
  const std::string network = target_of(process + "/ns/net");
  return !network.empty() && network != target_of(proc + "/self/ns/net");
}

std::optional<DatabaseProcess> database_process(const std::string& proc, const std::string& name) {
  const auto pid = parse_integer(name);
  const std::string process = proc + "/" + name;
  if (!pid || !is_database_program(program_name(process))) return std::nullopt;
  const auto facts = parse_process_stat(read_file(process + "/stat", text_bytes_max).value_or(""));
  struct stat owner {};
  if (!facts || facts->state == 'Z' || ::stat(process.c_str(), &owner) != 0) return std::nullopt;
  return DatabaseProcess{.pid = *pid,
                         .start = facts->start,
                         .uid = owner.st_uid,
                         .command = command_of(process),
                         .folder = target_of(process + "/cwd"),
                         .contained = is_contained(proc, process),
                         .sockets = sockets_of(process)};
}

bool is_same_option(std::string_view typed, std::string_view name) {
  return std::ranges::equal(
      typed, name, [](char a, char b) { return (a == '_' ? '-' : a) == (b == '_' ? '-' : b); });
}

}  // namespace

std::vector<DatabaseProcess> find_database_processes(const std::string& proc) {
  std::vector<DatabaseProcess> found;
  for (const std::string& name : names_in(proc)) {
    if (auto process = database_process(proc, name)) found.push_back(*std::move(process));
  }
  std::ranges::sort(found, {}, &DatabaseProcess::pid);
  return found;
}

bool is_database_program(std::string_view name) {
  for (const std::string_view known : {"mysqld", "mariadbd"}) {
    if (name.starts_with(known)) {
      const std::string_view more = name.substr(known.size());
      return more.empty() || more.starts_with('-');
    }
  }
  return false;
}

std::optional<std::string> option_of(const std::vector<std::string>& command,
                                     std::string_view name) {
  std::optional<std::string> found;
  for (std::size_t i = 1; i < command.size(); ++i) {
    std::string_view word = command[i];
    if (!word.starts_with("--")) continue;
    word.remove_prefix(2);
    const auto equals = word.find('=');
    if (!is_same_option(word.substr(0, equals), name)) continue;
    if (equals != word.npos) {
      found = word.substr(equals + 1);
    } else if (i + 1 < command.size()) {
      found = command[++i];
    }
  }
  return found;
}

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  const auto end = text.rfind(')');
  if (end == text.npos) return std::nullopt;
  const auto words = words_of(trim(text.substr(end + 1)));
  constexpr std::size_t start_word = 19;  // field 22 of proc(5); `words` begins at field 3
  if (words.size() <= start_word || words[0].size() != 1) return std::nullopt;
  const auto start = parse_integer(words[start_word]);
  if (!start || *start < 0) return std::nullopt;
  return ProcessStat{words[0].front(), static_cast<std::uint64_t>(*start)};
}

}  // namespace mega
