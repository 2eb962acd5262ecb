#include "tests/support/cable.h"

#include "base/file.h"
#include "tests/support/in_process_service.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>

#include <cerrno>
#include <filesystem>

namespace mega {
namespace {

std::string network_of(const std::string& process) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/" + process + "/ns/net", error).string();
}

}  // namespace

Cable::Cable() : before_(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
  if (::unshare(CLONE_NEWNET) != 0) {
    before_ = {};
    why_not_ = "a network of its own: " + describe_errno(errno);
    return;
  }
  other_ = std::make_unique<Child>(
      std::vector<std::string>{"/usr/bin/unshare", "--net", "/usr/bin/sleep", "infinity"});
  const std::string pid = std::to_string(other_->pid());
  eventually([&] { return network_of(pid) != network_of("self"); });
  run({"link", "set", "lo", "up"});
  run({"link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", pid});
  run({"addr", "add", near_address() + "/30", "dev", "cable"});
  plug("up");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"link", "set", "lo", "up"},
        {"addr", "add", far_address() + "/30", "dev", "cable"},
        {"link", "set", "cable", "up"}}) {
    std::vector<std::string> there = far_end();
    there.emplace_back("/usr/sbin/ip");
    there.insert(there.end(), words.begin(), words.end());
    if (const Finished done = run_child(there); done.code != 0) why_not_ += done.errors;
  }
}

Cable::~Cable() {
  if (other_) {
    other_->signal(SIGKILL);
    other_->wait();
  }
  if (before_) ::setns(*before_, CLONE_NEWNET);
}

std::vector<std::string> Cable::far_end() const {
  return {"/usr/bin/nsenter", "--net=/proc/" + std::to_string(other_->pid()) + "/ns/net"};
}

void Cable::run(std::vector<std::string> words) {
  words.insert(words.begin(), "/usr/sbin/ip");
  if (const Finished done = run_child(words); done.code != 0) why_not_ += done.errors;
}

void Cable::plug(const char* state) { run({"link", "set", "cable", state}); }

}  // namespace mega
