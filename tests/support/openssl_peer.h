// OpensslPeer: `openssl s_client` as the client of a TLS door: a peer that shares the protocol with
// mega and none of its code about TLS.
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
  // `openssl s_client -connect 127.0.0.1:PORT FLAGS...`: what is sent travels inside TLS, and what
  // is read was in there. It ends when the server closes.
  OpensslPeer(std::uint16_t port, const std::vector<std::string>& flags);

  Peer& inside() { return peer_; }
  // One call of our own dialect and the payload of its answer; empty when there is none. `args` is
  // JSON.
  std::string ask(std::string_view function, std::string_view args = "{}");

  // What s_client says of the connection. Grows until it has ended.
  std::string says() const { return child_.errors(); }
  // The same, all of it. Waits for the end.
  std::string last_words();

 private:
  explicit OpensslPeer(std::pair<int, int> ends, std::uint16_t port,
                       const std::vector<std::string>& flags);

  Peer peer_;
  Child child_;
  int id_ = 0;
};

// `openssl WORDS...`. A failure fails the test.
void openssl(std::vector<std::string> words);

}  // namespace mega
