// Frames: delimit the messages in a byte stream.
//
//   frame  := header payload "EOF"
//   header := 10 ASCII digits: bytes of header and payload together
//
// This is the strict form of our own dialect; legacy_frame.h reads what peers of 2014 send.
// Pure: nothing here reads a socket or a clock.
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
inline constexpr std::size_t frame_bytes_max_ever = 9'999'999'999;  // largest ten-digit number

// Requires: payload fits a header of ten digits.
std::string encode_frame(std::string_view payload);

// Frames a payload that the caller writes in place: begin_frame(), append the payload, end_frame().
std::size_t begin_frame(std::string& out);  // returns where the frame starts in `out`
void end_frame(std::string& out, std::size_t frame_start);

// The header that says `length`. Requires: length <= frame_bytes_max_ever.
std::string frame_header(std::size_t length);

// The number in the header at the start of `bytes`; nullopt while fewer than ten bytes have
// arrived.
// Errors: corrupt as soon as one of the ten is no digit.
Result<std::optional<std::size_t>> parse_frame_header(std::string_view bytes);

// Splits a byte stream into payloads. One per connection; not thread-safe.
class FrameReader {
 public:
  explicit FrameReader(std::size_t frame_bytes_max = frame_bytes_max_default);

  // Appends received bytes, in segments of any size.
  void feed(std::string_view bytes);

  // The next payload; nullopt until more bytes are fed.
  // Errors: corrupt when the header is no number, is too small or too large, or the terminator is
  // missing; each is reported as soon as the bytes show it. The stream cannot be resumed after
  // that.
  Result<std::optional<std::string>> next();

  // The number of bytes received of the next frame.
  std::size_t held() const { return buffer_.size() - consumed_; }
  bool empty() const { return held() == 0; }

 private:
  std::string take(std::size_t length);

  std::string buffer_;        // received
  std::size_t consumed_ = 0;  // of buffer_, already returned
  std::size_t frame_bytes_max_;
};

}  // namespace mega
