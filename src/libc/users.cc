#include "libc/users.h"

#include <array>
#include <charconv>
#include <cstring>
#include <fstream>

namespace mega {
namespace {

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class Matches>
std::optional<User> first_that(const char* file, Matches matches) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    auto user = parse_user(line);
    if (user && matches(*user)) return user;
  }
  return std::nullopt;
}

}  // namespace

std::optional<User> parse_user(std::string_view line) {
  std::array<std::string_view, 7> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto colon = line.find(':');
    if ((colon == line.npos) != (i + 1 == fields.size())) return std::nullopt;
    fields[i] = line.substr(0, colon);
    if (colon != line.npos) line.remove_prefix(colon + 1);
  }
  const auto uid = number(fields[2]);
  const auto gid = number(fields[3]);
  if (fields[0].empty() || !uid || !gid) return std::nullopt;
  return User{.name = std::string(fields[0]),
              .password = std::string(fields[1]),
              .uid = *uid,
              .gid = *gid,
              .comment = std::string(fields[4]),
              .home = std::string(fields[5]),
              .shell = std::string(fields[6])};
}

std::optional<User> find_user(std::string_view name, const char* file) {
  return first_that(file, [&](const User& user) { return user.name == name; });
}

std::optional<User> find_user(uid_t uid, const char* file) {
  return first_that(file, [&](const User& user) { return user.uid == uid; });
}

bool store_user(const User& user, passwd& entry, char* buffer, std::size_t buffer_bytes) {
  const auto put = [&](const std::string& text) -> char* {
    const std::size_t bytes = text.size() + 1;
    if (!buffer || bytes > buffer_bytes) return buffer = nullptr;
    char* place = static_cast<char*>(std::memcpy(buffer, text.c_str(), bytes));
    buffer += bytes;
    buffer_bytes -= bytes;
    return place;
  };
  entry.pw_name = put(user.name);
  entry.pw_passwd = put(user.password);
  entry.pw_uid = user.uid;
  entry.pw_gid = user.gid;
  entry.pw_gecos = put(user.comment);
  entry.pw_dir = put(user.home);
  entry.pw_shell = put(user.shell);
  return buffer != nullptr;
}

}  // namespace mega
