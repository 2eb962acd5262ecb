#include "post/token.h"

#include "trust/crypto.h"

namespace mega {

std::string new_mail_token() {
  constexpr std::size_t bytes = 16;
  return "mega." + to_hex(random_bytes(bytes));
}

}  // namespace mega
