#include "trust/mail_token.h"

#include "trust/crypto.h"

#include <sys/random.h>

#include <array>
#include <cstdlib>

namespace mega {

// It has to be unlike others and is no secret: so it is the kernel's, and a command that sends a
// message in the clear starts no OpenSSL, which takes longer than all the rest.
std::string new_mail_token() {
  std::array<char, 16> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    std::abort();
  return "mega." + to_hex({bytes.data(), bytes.size()});
}

}  // namespace mega
