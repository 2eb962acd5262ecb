#include "tests/support/openssl_peer.h"

#include "wire/frame.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace mega {
namespace {

std::pair<int, int> two_ends() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::runtime_error("no socket pair");
  }
  return {ends[0], ends[1]};
}

std::vector<std::string> command_line(std::uint16_t port, const std::vector<std::string>& flags) {
  std::vector<std::string> words{"openssl",  "s_client", "-brief",
                                 "-ign_eof", "-connect", fmt::format("127.0.0.1:{}", port)};
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

}  // namespace

OpensslPeer::OpensslPeer(std::uint16_t port, const std::vector<std::string>& flags)
    : OpensslPeer(two_ends(), port, flags) {}

OpensslPeer::OpensslPeer(std::pair<int, int> ends, std::uint16_t port,
                         const std::vector<std::string>& flags)
    : peer_(ends.first), child_(command_line(port, flags), {}, ends.second) {
  ::close(ends.second);
}

std::string OpensslPeer::ask(std::string_view function, std::string_view args) {
  peer_.send(
      encode_frame(fmt::format(R"({{"ID":{},"VALUE":"{}","ARGS":{}}})", ++id_, function, args)));
  return peer_.read_frame();
}

std::string OpensslPeer::last_words() {
  if (peer_.closed()) child_.wait();
  return says();
}

void openssl(std::vector<std::string> words) {
  words.insert(words.begin(), "openssl");
  const Finished finished = run_child(words);
  EXPECT_EQ(finished.code, 0) << testing::PrintToString(words) << finished.errors;
}

}  // namespace mega
