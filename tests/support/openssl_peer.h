// OpensslPeer: `openssl s_client` as a client of a TLS door, without any TLS code of mega.
#pragma once

#include "tests/support/child.h"
#include "tests/support/peer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mega {

class OpensslPeer {
 public:
  // Runs `openssl s_client -connect 127.0.0.1:PORT FLAGS...`: inside() sends and reads the data
  // inside TLS. s_client ends when the server closes the connection.
  OpensslPeer(std::uint16_t port, const std::vector<std::string>& flags);

  Peer& inside() { return peer_; }
  // Makes one call in mega's own dialect and returns the payload of the answer; empty when there is
  // none. `args` is JSON.
  std::string ask(std::string_view function, std::string_view args = "{}");

  // The output of s_client about the connection, so far.
  std::string says() const { return child_.errors(); }
  // The whole output. Waits for s_client to end.
  std::string last_words();

 private:
  explicit OpensslPeer(std::pair<int, int> ends, std::uint16_t port,
                       const std::vector<std::string>& flags);

  Peer peer_;
  Child child_;
  int id_ = 0;
};

// Runs `openssl WORDS...`. A failure fails the test.
void openssl(std::vector<std::string> words);

}  // namespace mega
