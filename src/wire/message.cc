#include "wire/message.h"

#include "wire/envelope.h"

#include <cstddef>

namespace mega {
namespace {

// A longer payload is no such request, because these have no arguments.
constexpr std::size_t courtesy_bytes_max = 128;

// Skips over JSON text without parsing it. Malformed JSON is skipped to the end of the text at
// most.
class Skimmer {
 public:
  explicit Skimmer(std::string_view text) : text_(text) {}

  void skip_blank() {
    at_ = text_.find_first_not_of(" \t\r\n", at_);
    if (at_ == text_.npos) at_ = text_.size();
  }

  bool take(char c) {
    skip_blank();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // Reads the string that begins here; returns its content with its escapes, empty when there is
  // none.
  std::string_view take_string() {
    if (!take('"')) return {};
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) {
      at_ = text_.size();
      return {};
    }
    return text_.substr(begin, at_++ - begin);
  }

  // Skips the value and the comma behind it. False: the map ends there.
  bool skip_value() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        take_string();
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && depth-- == 0) return false;
      if (c == ',' && depth == 0) return true;
    }
    return false;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_answer(std::string_view payload) {
  Skimmer skimmer(payload);
  if (!skimmer.take('{')) return false;
  do {
    const std::string_view key = skimmer.take_string();
    if (key == "CODE" || key == "MORE") return true;
    if (key.empty() || key == "VALUE" || !skimmer.take(':')) return false;
  } while (skimmer.skip_value());
  return false;
}

CourtesyRequest read_courtesy(std::string_view payload) {
  const auto names = [payload](std::string_view name) {
    return payload.find(name) != payload.npos;
  };
  if (payload.size() > courtesy_bytes_max || (!names(attend_function) && !names(ping_function)))
    return {};
  if (dialect_of(payload) != Dialect::ours) return {};
  const auto envelope = parse_envelope(payload);
  if (!envelope || envelope->type != 0 || !envelope->time.empty()) return {};
  if (envelope->function == attend_function) return {Courtesy::attend, envelope->id};
  if (envelope->function == ping_function) return {Courtesy::ping, envelope->id};
  return {};
}

std::string write_courtesy(const CourtesyRequest& request) {
  const std::string_view name = request.kind == Courtesy::ping ? ping_function : attend_function;
  return write_envelope({.id = request.id, .function = std::string(name)}, Dialect::ours);
}

}  // namespace mega
