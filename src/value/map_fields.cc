#include "value/map_fields.h"

#include <utility>

namespace mega {

void FieldWriter::operator()(std::string_view name, const std::string& text) {
  if (!text.empty()) put(name, text);
}

void FieldWriter::operator()(std::string_view name, const std::optional<std::string>& text) {
  if (text) put(name, *text);
}

void FieldWriter::operator()(std::string_view name, const std::vector<std::string>& texts) {
  if (!texts.empty()) put(name, List(texts.begin(), texts.end()));
}

void FieldWriter::operator()(std::string_view name,
                             const std::map<std::string, std::string>& pairs) {
  if (pairs.empty()) return;
  List list;
  for (const auto& [key, text] : pairs) list.emplace_back(key + "=" + text);
  put(name, std::move(list));
}

void FieldWriter::operator()(std::string_view name, const std::int64_t& number) {
  if (number != 0) put(name, number);
}

void FieldWriter::operator()(std::string_view name, const std::optional<std::int64_t>& number) {
  if (number) put(name, *number);
}

void FieldWriter::operator()(std::string_view name, const bool& flag) {
  if (flag) put(name, flag);
}

void FieldWriter::operator()(std::string_view name, const Time& time) {
  if (time.seconds != 0) put(name, time.seconds);
}

const Value* FieldReader::find(std::string_view name) const {
  const Value* value = map_.find(name);
  return error_ || !value || value->is_none() ? nullptr : value;
}

void FieldReader::refuse(std::string_view name, const Value& value, std::string_view want) {
  if (error_) return;
  error_ = Error{Errc::invalid_argument, fmt::format("{} of {} is of kind {}, want {}", name, what_,
                                                     kind_name(value), want)};
}

const std::string* FieldReader::text_of(std::string_view name, const Value& value) {
  if (const auto* text = value.as<std::string>()) return text;
  if (const auto* bytes = value.as<Bytes>()) return &bytes->data;
  refuse(name, value, "text");
  return nullptr;
}

void FieldReader::operator()(std::string_view name, std::string& text) {
  const Value* value = find(name);
  if (const auto* found = value ? text_of(name, *value) : nullptr) text = *found;
}

void FieldReader::operator()(std::string_view name, std::optional<std::string>& text) {
  const Value* value = find(name);
  if (const auto* found = value ? text_of(name, *value) : nullptr) text = *found;
}

void FieldReader::operator()(std::string_view name, std::vector<std::string>& texts) {
  const Value* value = find(name);
  if (!value) return;
  const auto* list = value->as<List>();
  if (!list) return refuse(name, *value, "a list of text");
  for (const Value& item : *list) {
    const auto* text = text_of(name, item);
    if (!text) return;
    texts.push_back(*text);
  }
}

void FieldReader::operator()(std::string_view name, std::map<std::string, std::string>& pairs) {
  std::vector<std::string> texts;
  (*this)(name, texts);
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == text.npos) return refuse(name, text, "NAME=VALUE");
    pairs[text.substr(0, equals)] = text.substr(equals + 1);
  }
}

void FieldReader::operator()(std::string_view name, std::int64_t& number) {
  const Value* value = find(name);
  if (!value) return;
  const auto* found = value->as<std::int64_t>();
  if (!found) return refuse(name, *value, "an integer");
  number = *found;
}

void FieldReader::operator()(std::string_view name, std::optional<std::int64_t>& number) {
  std::int64_t found = 0;
  if (!find(name)) return;
  (*this)(name, found);
  number = found;
}

void FieldReader::operator()(std::string_view name, bool& flag) {
  const Value* value = find(name);
  if (!value) return;
  const auto* found = value->as<bool>();
  if (!found) return refuse(name, *value, "true or false");
  flag = *found;
}

void FieldReader::operator()(std::string_view name, Time& time) { (*this)(name, time.seconds); }

Result<void> FieldReader::result() const {
  if (error_) return fail(*error_);
  return {};
}

}  // namespace mega
