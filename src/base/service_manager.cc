#include "base/service_manager.h"

#include "base/descriptor.h"
#include "base/text.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace mega {
namespace {

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string taken = value ? value : "";
  ::unsetenv(name);
  return taken;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  const std::string socket = take_variable("NOTIFY_SOCKET");
  const auto microseconds = parse_integer(take_variable("WATCHDOG_USEC"));
  const std::string pid = take_variable("WATCHDOG_PID");
  const bool ours = pid.empty() || parse_integer(pid) == ::getpid();
  if (!microseconds || *microseconds <= 0 || !ours) return ServiceManager(socket);
  return ServiceManager(socket, std::chrono::microseconds(*microseconds));
}

void ServiceManager::tell(std::string_view state) const {
  sockaddr_un address{};
  const bool usable = socket_.starts_with('/') || socket_.starts_with('@');
  if (!usable || socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.starts_with('@')) address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const Descriptor sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!sender) return;
  ::sendto(*sender, state.data(), state.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace mega
