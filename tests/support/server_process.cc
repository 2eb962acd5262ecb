#include "tests/support/server_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

namespace mega {
namespace {

std::vector<std::string> command_line(const std::string& folder,
                                      const std::vector<std::string>& more,
                                      const std::string& listen) {
  std::vector<std::string> words{mega_binary(), "server", "--data", folder, "--listen", listen};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Shields the binary under test from the machine's settings.
std::map<std::string, std::string> clean(const std::string& folder) {
  return {{"MEGA_DATA", folder}, {"HOME", folder}, {"MEGA_TLS_DIR", folder + "/joined"}};
}

std::map<std::string, std::string> with(std::map<std::string, std::string> all,
                                        std::map<std::string, std::string> more) {
  all.merge(more);
  return all;
}

}  // namespace

bool is_sanitized(const std::string& program) {
  std::ifstream file(program, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return bytes.find("__asan_init") != bytes.npos || bytes.find("__tsan_init") != bytes.npos;
}

std::string mega_binary() {
  if (const char* given = std::getenv("MEGA_BINARY")) return given;
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "mega").string();
}

ServerProcess::ServerProcess(const std::string& folder, const std::vector<std::string>& more,
                             const std::string& listen,
                             std::map<std::string, std::string> environment)
    : folder_(folder),
      child_(command_line(folder, more, listen), with(std::move(environment), clean(folder))) {
  const std::string ready = child_.read_line();
  std::smatch parts;
  if (std::regex_match(ready, parts, std::regex(R"(ready tcp=([0-9.]+:(\d+)) unix=(.+))"))) {
    address_ = parts[1];
    port_ = static_cast<std::uint16_t>(std::stoi(parts[2]));
    socket_ = parts[3];
  } else {
    child_.signal(SIGKILL);
    child_.wait();
    ADD_FAILURE() << "no ready line but '" << ready << "': " << child_.errors();
  }
}

int ServerProcess::stop() {
  child_.signal(SIGTERM);
  return child_.wait().value_or(-1);
}

Finished ServerProcess::mega(std::vector<std::string> words) const {
  words.insert(words.begin(), mega_binary());
  return run_child(words, clean(folder_));
}

}  // namespace mega
