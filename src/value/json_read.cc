// The parser of JSON: builds a Value from RapidJSON's events on a stack of finished values.
#include "base/text.h"
#include "base/utf8.h"
#include "value/caret.h"
#include "value/json.h"
#include "value/number.h"
#include "value/python.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cmath>

namespace mega {
namespace {

// Handles the events. A method that returns false ends the parse; refusal() has the reason.
class Builder {
 public:
  bool Null() { return push(nullptr); }
  bool Bool(bool truth) { return push(truth); }
  bool RawNumber(const char* text, rapidjson::SizeType bytes, bool /*copy*/) {
    return number({text, bytes});
  }
  bool String(const char* text, rapidjson::SizeType bytes, bool /*copy*/) {
    return string({text, bytes});
  }
  bool Key(const char* text, rapidjson::SizeType bytes, bool /*copy*/) {
    return string({text, bytes});
  }
  bool StartArray() { return open(); }
  bool EndArray(rapidjson::SizeType count);
  bool StartObject() { return open(); }
  bool EndObject(rapidjson::SizeType count);

  // Numbers come as RawNumber, so that wide ones stay exact.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  const std::string& refusal() const { return refusal_; }
  Value take() { return std::move(values_.front()); }

 private:
  bool push(Value value);
  bool number(std::string_view text);
  bool string(std::string_view text);
  bool open();
  bool refuse(std::string message);

  std::vector<Value> values_;  // finished; for open objects keys and values in turn
  std::size_t count_ = 0;
  int depth_ = 0;
  std::string refusal_;
};

bool Builder::refuse(std::string message) {
  refusal_ = std::move(message);
  return false;
}

bool Builder::push(Value value) {
  if (++count_ > value_count_max)
    return refuse(fmt::format("more than {} values", value_count_max));
  values_.push_back(std::move(value));
  return true;
}

bool Builder::number(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.find_first_of(".eE") == std::string_view::npos) {
    auto integer = integer_from(negative, digits, 10);
    return integer ? push(std::move(*integer)) : refuse(integer.error().message);
  }
  const auto real = real_from(digits);
  if (real && std::isinf(*real)) return refuse("a number beyond the range of a double");
  return real ? push(negative ? -*real : *real) : refuse(real.error().message);
}

bool Builder::string(std::string_view text) {
  // The whole text is UTF-8, so only an escape can have made something else.
  if (!is_utf8(text)) return refuse("half of a surrogate pair");
  return push(text);
}

bool Builder::open() {
  if (depth_ == value_depth_max) {
    return refuse(fmt::format("brackets nest deeper than {}", value_depth_max));
  }
  ++depth_;
  return true;
}

bool Builder::EndArray(rapidjson::SizeType count) {
  --depth_;
  const auto first = values_.end() - static_cast<std::ptrdiff_t>(count);
  List list(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
  values_.erase(first, values_.end());
  return push(std::move(list));
}

bool Builder::EndObject(rapidjson::SizeType count) {
  --depth_;
  const auto first = values_.end() - 2 * static_cast<std::ptrdiff_t>(count);
  if (count == 1 && *first->as<std::string>() == "base64") {
    const auto* text = (first + 1)->as<std::string>();
    auto bytes = text ? decode_base64(*text) : std::nullopt;
    if (bytes) {
      values_.erase(first, values_.end());
      return push(Bytes{std::move(*bytes)});
    }
  }
  std::vector<Map::Entry> entries;
  entries.reserve(count);
  for (auto value = first; value != values_.end(); value += 2) {
    entries.push_back({std::move(value[0]), std::move(value[1])});
  }
  values_.erase(first, values_.end());
  return push(Map::from_entries(std::move(entries)));
}

std::size_t first_byte_that_is_no_utf8(std::string_view text) {
  std::size_t at = 0;
  for (Utf8 c = next_utf8(text); c.valid; c = next_utf8(text.substr(at))) at += c.bytes;
  return at;
}

// RapidJSON's message without its full stop, as in our own: "Missing a name for object member."
std::string sentence(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

Result<Value> parse_json(std::string_view text) {
  if (!is_utf8(text)) {
    return fail(Errc::invalid_argument, "{}",
                with_caret("no UTF-8", text, first_byte_that_is_no_utf8(text)));
  }
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder;
  const auto outcome = reader.Parse<flags>(stream, builder);
  if (outcome.IsError()) {
    const bool ours = outcome.Code() == rapidjson::kParseErrorTermination;
    return fail(
        Errc::invalid_argument, "{}",
        with_caret(ours ? builder.refusal() : sentence(outcome.Code()), text, outcome.Offset()));
  }
  // RapidJSON takes a zero byte for the end of the text.
  if (stream.Tell() != text.size()) {
    return fail(Errc::invalid_argument, "{}",
                with_caret("a zero byte behind the value", text, stream.Tell()));
  }
  return builder.take();
}

}  // namespace mega
