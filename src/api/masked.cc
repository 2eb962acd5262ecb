#include "api/masked.h"

#include "base/utf8.h"
#include "value/masked.h"

namespace mega {

std::string masked_arguments(const Function& function, const CallArguments& given,
                             std::size_t bytes_max) {
  CallArguments shown;
  for (std::size_t i = 0; i < given.positional.size(); ++i) {
    const bool secret = i < function.params.size() && is_secret(function.params[i].name);
    shown.positional.push_back(secret ? Value(secret_mask) : masked(given.positional[i]));
  }
  for (const auto& [name, value] : given.named) {
    shown.named.emplace_back(name, is_secret(name) ? Value(secret_mask) : masked(value));
  }
  std::string text = to_python(shown, {.ascii = false, .hide_terminator = false});
  if (text.size() <= bytes_max) return text;
  return std::string(cut_utf8(text, bytes_max)) + "...";
}

}  // namespace mega
