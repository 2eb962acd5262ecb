// A message as Python's email package reads it (mail_oracle.py).
#pragma once

#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "value/json.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mega {

inline const Value* at(const Map& map, std::string_view key) { return map.find(key); }

inline std::string json_of(const Map& map, std::string_view key) {
  const Value* value = at(map, key);
  return value ? to_json(*value) : "(none)";
}

// Python's view of the message; fails the test when Python finds a defect.
inline Map read_by_python(const std::string& bytes) {
  const Scratch folder;
  const auto end = run_program("/usr/bin/python3",
                               {.arguments = {MEGA_SOURCE_DIR "/tests/support/mail_oracle.py",
                                              folder.write("message", bytes)}});
  EXPECT_EQ(end.code, 0) << end.err;
  const auto value = parse_json(end.out);
  EXPECT_TRUE(value.has_value()) << end.out;
  const Map* found = value ? value->as<Map>() : nullptr;
  if (!found) return {};
  EXPECT_EQ(json_of(*found, "defects"), "[]");
  EXPECT_EQ(json_of(*found, "bare"), "0") << "line ends that are not CRLF";
  return *found;
}

inline std::string text_of(const Map& map, std::string_view key) {
  const Value* value = at(map, key);
  const auto* text = value ? value->as<std::string>() : nullptr;
  return text ? *text : "(none)";
}

inline const Map& part(const Map& map, std::size_t index) {
  static const Map none;
  const auto* parts = at(map, "parts")->as<List>();
  EXPECT_TRUE(parts && index < parts->size());
  return parts && index < parts->size() ? *(*parts)[index].as<Map>() : none;
}

}  // namespace mega
