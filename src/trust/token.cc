#include "trust/token.h"

#include "base/text.h"
#include "trust/crypto.h"

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace mega {
namespace {

constexpr char version = 1;
constexpr std::size_t check_bytes = 4;
constexpr std::size_t time_bytes = 8;

std::string base64url(std::string_view bytes) {
  std::string text = encode_base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<std::string> from_base64url(std::string_view url) {
  std::string text{url};
  if (text.find_first_of("+/=") != std::string::npos) return std::nullopt;
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return decode_base64(text);
}

// Reads the fields of the body. take() never fails; the caller checks `short_` once, at the end.
class Body {
 public:
  explicit Body(std::string_view bytes) : rest_(bytes) {}

  std::string take(std::size_t count) {
    if (rest_.size() < count) short_ = true;
    const std::string taken{rest_.substr(0, count)};
    rest_.remove_prefix(std::min(count, rest_.size()));
    return taken;
  }
  std::size_t byte() {
    const std::string taken = take(1);
    return taken.empty() ? 0 : static_cast<unsigned char>(taken[0]);
  }
  bool whole() const { return !short_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool short_ = false;
};

}  // namespace

std::string write_token(const Token& token) {
  assert(token.pin.size() == sha256_bytes && token.secret.size() == token_secret_bytes);
  assert(token.address.size() <= 255 && token.name.size() <= 255);
  std::string body;
  body += version;
  body += static_cast<char>(token.role);
  for (std::size_t i = time_bytes; i-- > 0;) {
    body += static_cast<char>(static_cast<std::uint64_t>(token.expires.seconds) >> (8 * i));
  }
  body += token.pin;
  body += token.secret;
  for (const std::string* text : {&token.address, &token.name}) {
    body += static_cast<char>(text->size());
    body += *text;
  }
  body += sha256(body).substr(0, check_bytes);
  return std::string(token_prefix) + base64url(body);
}

Result<Token> parse_token(std::string_view text) {
  text = trim(text);
  if (!text.starts_with(token_prefix)) {
    return fail(
        Errc::invalid_argument,
        "{} is no join token: one begins with {}; `mega server token` on the server makes one",
        quoted(text, 20), token_prefix);
  }
  const auto bytes = from_base64url(text.substr(token_prefix.size()));
  if (!bytes || bytes->size() <= check_bytes ||
      sha256(std::string_view(*bytes).substr(0, bytes->size() - check_bytes))
              .substr(0, check_bytes) != bytes->substr(bytes->size() - check_bytes)) {
    return fail(Errc::invalid_argument,
                "the join token is mistyped or not whole: copy it again from `mega server token`");
  }
  Body body(std::string_view(*bytes).substr(0, bytes->size() - check_bytes));
  if (body.take(1) != std::string(1, version)) {
    return fail(Errc::invalid_argument,
                "the join token was made by a newer mega: upgrade this one first");
  }
  Token token;
  const std::size_t role = body.byte();
  std::uint64_t seconds = 0;
  for (std::size_t i = 0; i < time_bytes; ++i) seconds = seconds << 8 | body.byte();
  token.expires.seconds = static_cast<std::int64_t>(seconds);
  token.pin = body.take(sha256_bytes);
  token.secret = body.take(token_secret_bytes);
  token.address = body.take(body.byte());
  token.name = body.take(body.byte());
  token.role = static_cast<Role>(role);
  const bool grantable =
      token.role == Role::reader || token.role == Role::agent || token.role == Role::operator_;
  if (!body.whole() || !grantable || token.address.empty()) {
    return fail(Errc::invalid_argument,
                "the join token makes no sense: have a new one made by `mega server token`");
  }
  return token;
}

}  // namespace mega
