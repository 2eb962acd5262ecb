#include "audit/chain.h"

#include "trust/crypto.h"
#include "value/json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mega {
namespace {

std::string marked(const std::optional<std::string>& text) { return text ? "=" + *text : ""; }

Value or_none(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }

// JSON returns text that is not UTF-8 as Bytes.
const std::string* text_in(const Value* value) {
  if (!value) return nullptr;
  if (const auto* bytes = value->as<Bytes>()) return &bytes->data;
  return value->as<std::string>();
}

constexpr std::size_t fields_of_a_row = 11;

}  // namespace

std::string chain_hash(std::string_view previous, std::span<const std::string> fields) {
  std::string bytes{previous};
  for (const std::string& field : fields) {
    bytes += std::to_string(field.size());
    bytes += ':';
    bytes += field;
  }
  return to_hex(sha256(bytes));
}

std::string hash_of(const AuditRow& row, std::string_view previous) {
  const std::array<std::string, 10> fields{std::to_string(row.id),
                                           std::to_string(row.time.seconds),
                                           row.who,
                                           row.door,
                                           row.peer,
                                           row.function,
                                           row.args,
                                           marked(row.before),
                                           marked(row.after),
                                           row.result};
  return chain_hash(previous, fields);
}

std::string to_json_line(const AuditRow& row) {
  return to_json(Value(Map{{"id", row.id},
                           {"time", row.time.seconds},
                           {"who", row.who},
                           {"door", row.door},
                           {"peer", row.peer},
                           {"function", row.function},
                           {"args", row.args},
                           {"before", or_none(row.before)},
                           {"after", or_none(row.after)},
                           {"result", row.result},
                           {"hash", row.hash}}));
}

std::optional<AuditRow> audit_row_from(std::string_view json) {
  const auto value = parse_json(json);
  const auto* map = value ? value->as<Map>() : nullptr;
  if (!map || map->size() != fields_of_a_row) return std::nullopt;
  AuditRow row;
  for (const auto& [name, into] :
       {std::pair<std::string_view, std::int64_t*>{"id", &row.id}, {"time", &row.time.seconds}}) {
    const Value* found = map->find(name);
    const auto* number = found ? found->as<std::int64_t>() : nullptr;
    if (!number) return std::nullopt;
    *into = *number;
  }
  for (const auto& [name, into] : {std::pair<std::string_view, std::string*>{"who", &row.who},
                                   {"door", &row.door},
                                   {"peer", &row.peer},
                                   {"function", &row.function},
                                   {"args", &row.args},
                                   {"result", &row.result},
                                   {"hash", &row.hash}}) {
    const auto* text = text_in(map->find(name));
    if (!text) return std::nullopt;
    *into = *text;
  }
  for (const auto& [name, into] :
       {std::pair<std::string_view, std::optional<std::string>*>{"before", &row.before},
        {"after", &row.after}}) {
    const Value* found = map->find(name);
    if (!found) return std::nullopt;
    if (found->is_none()) continue;
    const auto* text = text_in(found);
    if (!text) return std::nullopt;
    *into = *text;
  }
  return row;
}

ChainCheck::ChainCheck(const ChainHead& before) : next_id_(before.id + 1) {
  result_.previous = result_.hash = before.hash;
}

void ChainCheck::break_at(std::int64_t id, std::string why) {
  if (result_.broken) return;
  result_.broken = id;
  result_.why = std::move(why);
}

bool ChainCheck::add(const AuditRow& row) {
  if (result_.broken) return false;
  if (row.id != next_id_) {
    break_at(std::min(row.id, next_id_),
             row.id < next_id_
                 ? fmt::format("row {} is one that should not be there", row.id)
                 : fmt::format("row {} is missing, row {} is next", next_id_, row.id));
    return false;
  }
  if (row.hash != hash_of(row, result_.hash)) {
    break_at(row.id, fmt::format("row {} is not what its hash says: it, or the row before it, was "
                                 "changed",
                                 row.id));
    return false;
  }
  if (result_.rows++ == 0) result_.first_id = row.id;
  result_.last_id = row.id;
  result_.hash = row.hash;
  ++next_id_;
  return true;
}

}  // namespace mega
