#include "audit/hash_chain.h"

#include "trust/crypto.h"

namespace mega {

std::string chain_hash(std::string_view previous, std::span<const std::string> fields) {
  std::string bytes{previous};
  for (const std::string& field : fields) {
    bytes += std::to_string(field.size());
    bytes += ':';
    bytes += field;
  }
  return to_hex(sha256(bytes));
}

}  // namespace mega
