// SCRAM-SHA-256 (RFC 5802, 7677), the client's side, without channel binding; pure.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace mega {

class Scram {
 public:
  // `nonce`: printable, without commas, never used before.
  Scram(std::string user, std::string password, std::string_view nonce);

  std::string first() const;
  // The client's final message, with its proof, for the server's first message. Errors: corrupt for
  // a malformed message; not_allowed for a nonce that does not extend ours, or for too many rounds.
  Result<std::string> answer(std::string_view server_first);
  // Checks that the server knows the password, too. Errors: not_allowed.
  Result<void> verify(std::string_view server_final) const;

 private:
  std::string bare_;  // the first message without its header
  std::string password_, nonce_;
  std::string server_signature_;
};

}  // namespace mega
