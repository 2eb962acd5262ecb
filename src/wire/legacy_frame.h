// Frames as peers of 2014 send and receive them: one request and one answer per connection, and
// headers that may lie.
//
// The receive loop of these peers (docs/PROTOCOL.md, "The legacy receive loop") loses bytes of
// short segments, takes EOF inside a payload for its end, and reads a header that declares twice
// the length without loss. So:
//
//   reading   the frame ends at the first EOF that is where the header says, or behind one whole
//             literal, or, when the bytes cannot be a literal, behind the declared length; the size
//             limit counts bytes received, not bytes declared, and an escape \xNN as the one byte
//             that it means: peers of 2014 write text that is not ASCII so
//   writing   header and payload in one piece, with twice the length declared when the payload is
//             over 1 KB
#pragma once

#include "base/result.h"
#include "value/python_scan.h"
#include "wire/frame.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Counts the escapes \xNN in a stream of bytes, cut into segments anywhere.
class EscapeCounter {
 public:
  void feed(std::string_view bytes);
  // By how many bytes the text is longer than what it means; at most three quarters of it.
  std::size_t excess() const { return excess_; }
  // The bytes at the end that may be the start of an escape.
  std::size_t open() const { return static_cast<std::size_t>(matched_); }

 private:
  std::size_t excess_ = 0;
  int matched_ = 0;  // bytes of an escape at the end of what was fed
};

// Reads one frame; bytes behind it are dropped. The end of the frame depends on the bytes alone,
// never on their segments. Feeding n bytes in any segments costs O(n) in all. Not thread-safe.
class LegacyFrameReader {
 public:
  explicit LegacyFrameReader(std::size_t frame_bytes_max = frame_bytes_max_default);

  void feed(std::string_view bytes);

  // The payload, once, when it is complete; nullopt before and after.
  // Errors: corrupt when the header is no number or more bytes arrived than the limit allows;
  // further calls return it again.
  Result<std::optional<std::string>> next();

  // Call it when the peer has closed. Returns the payload, without a terminator at its end, when a
  // whole header has arrived and behind it the declared bytes or more, or bytes that end in the
  // terminator.
  // Requires: the last next() returned nullopt and none before it returned a payload.
  // Errors: as next(); corrupt for a message cut short and when no byte arrived.
  Result<std::string> finish();

  // The bytes behind the header so far. For a caller that has a use for the front of a frame that
  // is larger than the limit.
  std::string_view payload_so_far() const { return payload_; }

  // No byte of a frame is held.
  bool empty() const { return header_.empty(); }
  std::size_t held() const { return header_.size() + payload_.size(); }

 private:
  std::optional<std::size_t> find_end();
  std::string take(std::size_t payload_bytes);

  std::string header_;        // the digits received so far
  std::string payload_;       // the bytes behind the header, also the terminator and further ones
  std::size_t declared_ = 0;  // bytes of payload that the header declares
  std::size_t searched_ = 0;  // of payload_: the frame does not end before
  std::size_t scanned_ = 0;   // of payload_: fed to scanner_ and escapes_
  LiteralScanner scanner_;    // whether the payload is one literal
  std::size_t payload_bytes_max_;
  EscapeCounter escapes_;  // fed with the same bytes as scanner_
  bool taken_ = false;
};

// `payload` must not hold the letters EOF: write_python() hides them in literals, the functions
// below in raw text and in JSON. The frame must be sent in one write. When over_declares(payload),
// the sender must then shut down its sending side (a request) or close (an answer), because the
// peer reads until then.
std::string encode_legacy_frame(std::string_view payload);

// encode_legacy_frame declares twice the length of such a payload.
bool over_declares(std::string_view payload);

// Escapes the letters EOF in JSON, where they can only be part of strings.
void hide_terminator_in_json(std::string& json);

// Replaces "EOF" by "E OF". True when there was one (the caller logs it).
bool hide_terminator_in_text(std::string& text);

}  // namespace mega
