// How a peer of 2014 receives, faults included, as a pure function: the oracle for what we send.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Segments as they arrive. Like a stream socket, recv gives what is there, at most `bytes_max`, and
// never joins two segments; empty once the sender has closed.
class Segments {
 public:
  explicit Segments(std::vector<std::string_view> segments) : segments_(std::move(segments)) {}

  std::string_view recv(std::size_t bytes_max) {
    while (at_ < segments_.size() && segments_[at_].empty()) ++at_;
    if (at_ == segments_.size()) return {};
    const std::string_view got = segments_[at_].substr(0, bytes_max);
    segments_[at_].remove_prefix(got.size());
    return got;
  }

 private:
  std::vector<std::string_view> segments_;
  std::size_t at_ = 0;
};

struct LegacyReceived {
  std::string data;
  bool waited_for_close = false;  // the loop ended only because the sender closed
};

// One recv(10) for the header; then recv(10) until EOF stands at offset 1 or later of one chunk, or
// what is left, less 10 for every chunk, is used up; then every EOF is deleted.
inline LegacyReceived legacy_receive(Segments segments) {
  long left = std::atol(std::string(segments.recv(10)).c_str());
  LegacyReceived received;
  while (left > 0) {
    const std::string_view chunk = segments.recv(10);
    received.data += chunk;
    const std::size_t end = chunk.find("EOF");
    if (end != chunk.npos && end >= 1) break;
    if (chunk.empty()) {
      received.waited_for_close = true;
      break;
    }
    left -= 10;
  }
  // Like Python's replace: letters that meet where one was deleted do not count again.
  std::string kept;
  std::size_t from = 0;
  for (std::size_t at; (at = received.data.find("EOF", from)) != std::string::npos; from = at + 3) {
    kept.append(received.data, from, at - from);
  }
  received.data = kept.append(received.data, from);
  return received;
}

}  // namespace mega
