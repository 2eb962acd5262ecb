// Join tokens: an operator carries one from the server to a host or a person that is to join.
//
//   token   := "mega1-" base64url( body check )          without padding
//   body    := version(1 byte, 1) role(1) expires(8, seconds since 1970, big-endian)
//              pin(32) secret(32) address-length(1) address name-length(1) name
//   check   := the first 4 bytes of SHA-256(body): tells a mistyped token from a refused one
//
// The server keeps only the hash of the secret. `pin` is the SHA-256 of the CA's public key
// (SubjectPublicKeyInfo): the joining side sends nothing but a ClientHello before the server has
// shown a certificate of a CA with that key.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "trust/caller.h"

#include <string>
#include <string_view>

namespace mega {

inline constexpr std::string_view token_prefix = "mega1-";
inline constexpr std::size_t token_secret_bytes = 32;

struct Token {
  std::string address;  // HOST[:PORT] of the server, at most 255 bytes
  Role role = Role::none;
  Time expires;
  std::string pin;     // 32 bytes
  std::string secret;  // token_secret_bytes
  std::string name;    // the joining side's name; empty: the joining side chooses it

  friend bool operator==(const Token&, const Token&) = default;
};

std::string write_token(const Token& token);

// Errors: invalid_argument saying what is wrong: not a token, mistyped or cut, made by a newer
// mega.
Result<Token> parse_token(std::string_view text);

}  // namespace mega
