// Time zones of the machine (Debian's tzdata), for tests.
#pragma once

#include "base/file.h"
#include "schedules/format/zone_file.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace mega {

inline std::unique_ptr<Zone> load_zone(const std::string& name) {
  const auto bytes = read_file("/usr/share/zoneinfo/" + name, 1 << 20);
  if (!bytes) {
    ADD_FAILURE() << bytes.error().message;
    return nullptr;
  }
  auto zone = parse_zone_file(*bytes);
  if (zone) return std::move(*zone);
  ADD_FAILURE() << name << ": " << zone.error().message;
  return nullptr;
}

// The time in a text with an offset.
inline Time at(const std::string& text) {
  const auto time = parse_time(text);
  EXPECT_TRUE(time.has_value()) << text;
  return time.value_or(Time{});
}

}  // namespace mega
