// NotifySocket: a datagram socket as systemd provides it for sd_notify(3).
#pragma once

#include "base/descriptor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

class NotifySocket {
 public:
  // `name`: a path, or a name that begins with @ for an abstract socket.
  explicit NotifySocket(const std::string& name)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    if (name[0] == '@') address.sun_path[0] = '\0';
    EXPECT_EQ(::bind(*socket_, reinterpret_cast<sockaddr*>(&address),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())),
              0);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(*socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  // Reads until `wanted` arrives; false after 20 seconds without a message.
  bool hears(std::string_view wanted) {
    char bytes[4096];
    for (;;) {
      const ssize_t n = ::recv(*socket_, bytes, sizeof bytes, 0);
      if (n < 0) return false;
      if (std::string_view(bytes, static_cast<std::size_t>(n)).starts_with(wanted)) return true;
    }
  }

 private:
  Descriptor socket_;
};

}  // namespace mega
