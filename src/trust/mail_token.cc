#include "trust/mail_token.h"

#include "trust/crypto.h"

#include <sys/random.h>

#include <array>
#include <cstdlib>

namespace mega {

// Reads the kernel's random generator, not OpenSSL's: the token must be unique but is not secret,
// and starting OpenSSL would take longer than all other work of a command that sends a message in
// the clear.
std::string new_mail_token() {
  std::array<char, 16> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    std::abort();
  return "mega." + to_hex({bytes.data(), bytes.size()});
}

}  // namespace mega
