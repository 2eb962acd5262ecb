#include "tests/support/mariadb.h"

#include "tests/support/in_process_service.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

namespace mega {
namespace {

std::vector<std::string> command_line(const Scratch& scratch, std::uint16_t port,
                                      const std::vector<std::string>& more) {
  std::filesystem::create_directory(scratch / "data");
  std::vector<std::string> words{"mariadbd",
                                 "--no-defaults",
                                 "--skip-grant-tables",
                                 "--skip-innodb",
                                 "--default-storage-engine=Aria",
                                 "--bind-address=127.0.0.1",
                                 "--pid-file=" + scratch / "pid",
                                 "--datadir=" + scratch / "data",
                                 "--socket=" + scratch / "s",
                                 "--port=" + std::to_string(port)};
  if (::geteuid() == 0) words.emplace_back("--user=root");
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Debian installs mariadbd in a folder that only root's PATH has.
std::map<std::string, std::string> environment() { return {{"PATH", "/usr/sbin:/usr/bin:/bin"}}; }

}  // namespace

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(fd, generic, size), 0);
  EXPECT_EQ(::getsockname(fd, generic, &size), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

MariaDb::MariaDb(const std::vector<std::string>& more)
    : port_(free_port()), child_(command_line(scratch_, port_, more), environment()) {
  EXPECT_TRUE(eventually([this] {
    return log().find("ready for connections") != std::string::npos;
  })) << log();
}

MariaDb::~MariaDb() {
  child_.signal(SIGTERM);
  child_.wait();
}

}  // namespace mega
