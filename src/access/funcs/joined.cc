#include "access/funcs/joined.h"

#include "trust/crypto.h"

namespace mega {

Result<std::string> request_pin(const std::string& request) {
  if (request.size() > request_bytes_max) {
    return fail(Errc::invalid_argument, "a certificate request has at most {} bytes, not {}",
                request_bytes_max, request.size());
  }
  const auto pin = pin_of_request(request);
  if (!pin) return fail(pin.error());
  return to_hex(*pin);
}

}  // namespace mega
