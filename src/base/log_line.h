// Formats one event as one line, whatever bytes the message holds. Pure.
//
//   2014-07-31 14:13:07 serve        INFO  peer=10.0.0.7:51532 frames=3 left
//   {"time":"2014-07-31T14:13:07+08:00","name":"serve","level":"info","message":"peer=..."}
#pragma once

#include "base/clock.h"
#include "base/log.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

// A longer message is cut here; its full size in bytes is appended.
constexpr std::size_t log_message_bytes_max = 32 << 10;

struct LogEvent {
  Time time;
  std::string_view name;
  LogLevel level;
  std::string_view message;
};

// Both end in a newline and hold no other. In JSON, bytes that are no UTF-8 appear as \xNN.
std::string text_line(const LogEvent& event);
std::string json_line(const LogEvent& event);

}  // namespace mega
