#include "trust/holder_name.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace mega {
namespace {

constexpr std::size_t name_bytes_max = 64;  // maximum of an X.509 common name
constexpr std::array<std::string_view, 7> taken{"none",  "reader", "agent", "operator",
                                                "admin", "server", "root"};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool may_stand(char c) {
  return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_' || c == '@';
}

}  // namespace

Result<void> check_holder_name(std::string_view name) {
  if (name.empty() || name.size() > name_bytes_max || !is_letter_or_digit(name.front()) ||
      !std::ranges::all_of(name, may_stand)) {
    return fail(Errc::invalid_argument,
                "{} is no name for a certificate: want letters, digits, '.', '-', '_' and '@', at "
                "most {}, the first a letter or a digit",
                quoted(name), name_bytes_max);
  }
  if (std::ranges::find(taken, to_lower(name)) != taken.end()) {
    return fail(Errc::invalid_argument, "the name {} has a meaning of its own: choose another",
                quoted(name));
  }
  return {};
}

}  // namespace mega
