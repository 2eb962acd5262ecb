// Condition::parse on any text, and what it accepts on rows of every kind of cell.
#include "value/condition.h"

#include <cstdint>
#include <cstdlib>

using namespace mega;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<ConditionField> fields = {
      {"id", FieldKind::number, 0},
      {"name", FieldKind::text, 1},
      {"ip", FieldKind::address, 2},
      {"port", FieldKind::number, 3},
      {"role", FieldKind::number, 4, {{"master", 1}, {"slave", 2}, {"single", 3}}},
      {"stat", FieldKind::number, 5, {{"online", 1}, {"offline", 0}}},
      {"version", FieldKind::version, 6},
      {"cluster", FieldKind::text, 7},
      {"online_date", FieldKind::time, 8},
      {"tags", FieldKind::tags, 9},
  };
  static const std::vector<List> rows = {
      {1, "orders-1", "10.1.0.1", 3306, 1, 1, "10.11.6-MariaDB-log", "orders", Time{1714521600},
       Map{{"env", "prod"}, {"weight", "9"}}},
      {2, nullptr, "2001:db8::1", 3307, 2, 0, "", "", Time{0}, Map{}},
  };
  const auto condition = Condition::parse({reinterpret_cast<const char*>(data), size}, fields);
  if (!condition) {
    const bool shows_a_place = condition.error().message.find('^') != std::string::npos;
    if (!shows_a_place && size <= condition_bytes_max) std::abort();
    return 0;
  }
  for (const List& row : rows) {
    if (condition->matches(row) != condition->matches(row)) std::abort();
  }
  return 0;
}
