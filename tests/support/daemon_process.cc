#include "tests/support/daemon_process.h"

#include "tests/support/in_process_service.h"
#include "tests/support/tls_site.h"
#include "value/json.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <regex>

namespace mega {
namespace {

std::vector<std::string> daemon_words(const TestHost& host, const std::vector<std::string>& more) {
  std::vector<std::string> words{"daemon",    "--foreground", "--data",
                                 host.data(), "--listen",     "127.0.0.1:0"};
  words.insert(words.end(), more.begin(), more.end());
  return host.command_line(words);
}

std::map<std::string, std::string> joined(std::map<std::string, std::string> all,
                                          std::map<std::string, std::string> more) {
  all.merge(more);
  return all;
}

}  // namespace

std::map<std::string, std::string> TestHost::environment() const {
  return {{"MEGA_DATA", "/nonexistent"},
          {"MEGA_TLS_DIR", tls()},
          {"HOME", folder_},
          {"MEGA_AGENT_DATA", data()}};
}

std::vector<std::string> TestHost::command_line(const std::vector<std::string>& words) const {
  std::vector<std::string> all = within_;
  all.push_back(mega_binary());
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

Finished TestHost::mega(const std::vector<std::string>& words) const {
  return run_child(command_line(words), environment());
}

void TestHost::join(const ServerProcess& server, const std::string& name) const {
  std::filesystem::create_directories(folder_);
  const Finished token = server.mega({"server", "token", "--role", "agent", "--name", name});
  ASSERT_EQ(token.code, 0) << token.errors;
  const Finished done = mega({"join", token.output.substr(0, token.output.find('\n'))});
  ASSERT_EQ(done.code, 0) << done.errors;
}

Value TestHost::status() const {
  const Finished asked = mega({"daemon", "status", "-o", "json"});
  auto value = asked.code == 0 ? parse_json(asked.output) : Result<Value>(Value());
  return value ? *std::move(value) : Value();
}

std::string TestHost::told(std::string_view key) const { return text_at(status(), key); }

bool TestHost::connects_to(std::uint16_t port) const {
  return eventually([&] { return told("server") == fmt::format("127.0.0.1:{}", port); });
}

DaemonProcess::DaemonProcess(const TestHost& host, const std::vector<std::string>& more,
                             std::map<std::string, std::string> environment)
    : child_(daemon_words(host, more), joined(std::move(environment), host.environment())) {
  const std::string ready = child_.read_line();
  std::smatch parts;
  if (std::regex_match(ready, parts, std::regex(R"(ready tcp=127\.0\.0\.1:(\d+) unix=(.+))"))) {
    port_ = static_cast<std::uint16_t>(std::stoi(parts[1]));
  } else {
    child_.signal(SIGKILL);
    child_.wait();
    ADD_FAILURE() << "no ready line but '" << ready << "': " << child_.errors();
  }
}

bool DaemonProcess::says(std::string_view words) const {
  return eventually([&] { return child_.errors().find(words) != std::string::npos; });
}

int DaemonProcess::stop() {
  child_.signal(SIGTERM);
  return child_.wait().value_or(-1);
}

}  // namespace mega
