// Frames: how messages are told apart in a byte stream.
//
//   frame  := header payload "EOF"
//   header := 10 ASCII digits: bytes of header and payload together
//
// This is the strict form of our own dialect; legacy_frame.h reads what peers of 2014 send.
// Nothing here reads a socket or a clock, so every test is a string in and a string out.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

inline constexpr std::size_t frame_header_bytes = 10;
inline constexpr std::string_view frame_terminator = "EOF";
inline constexpr std::size_t frame_bytes_max_default = 64 << 20;    // header and payload
inline constexpr std::size_t frame_bytes_max_ever = 9'999'999'999;  // what ten digits can say

// Requires: payload fits a header of ten digits.
std::string encode_frame(std::string_view payload);

// The same around a payload that the caller writes in place: begin_frame, append the payload,
// end_frame.
std::size_t begin_frame(std::string& out);  // returns where the frame starts in `out`
void end_frame(std::string& out, std::size_t frame_start);

// The header that says `length`, which is at most frame_bytes_max_ever.
std::string frame_header(std::size_t length);

// The number in the header that `bytes` open with; nullopt while fewer than ten of them have come.
// Errors: corrupt as soon as one of them is no digit.
Result<std::optional<std::size_t>> parse_frame_header(std::string_view bytes);

// Cuts a byte stream into payloads. One per connection; not thread-safe.
class FrameReader {
 public:
  explicit FrameReader(std::size_t frame_bytes_max = frame_bytes_max_default);

  // Takes bytes as they arrive, however the network split them.
  void feed(std::string_view bytes);

  // The next payload; nullopt until more bytes are fed.
  // Errors: corrupt when the header is no number, says too little or too much, or the terminator is
  // missing; each is told as soon as the bytes show it. The stream cannot be resumed after that.
  Result<std::optional<std::string>> next();

  // Bytes of a further frame that have come.
  std::size_t held() const { return buffer_.size() - consumed_; }
  bool empty() const { return held() == 0; }

 private:
  std::string take(std::size_t length);

  std::string buffer_;        // received
  std::size_t consumed_ = 0;  // of buffer_, already returned
  std::size_t frame_bytes_max_;
};

}  // namespace mega
