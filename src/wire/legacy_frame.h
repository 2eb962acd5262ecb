// Frames as peers of 2014 send and receive them: one request and one answer on a connection,
// headers that may lie.
//
// Their receive loop (docs/PROTOCOL.md, "The legacy receive loop") loses bytes of short segments,
// is fooled by EOF inside a payload, and reads a header that over-declares twofold without loss.
// So:
//
//   reading   the frame ends at the first EOF that stands where the header says, or behind one
//             whole literal, or, when what came cannot be a literal, behind what the header says;
//             the limit of size counts bytes received, not bytes declared
//   writing   header and payload in one piece, twice the length declared when the payload is over
//             1 KB
#pragma once

#include "base/result.h"
#include "value/python_scan.h"
#include "wire/frame.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Reads one frame; what comes behind it is dropped. Where the frame ends depends on the bytes
// alone, never on how the network split them. Feeding n bytes in any segments costs O(n) in all.
// Not thread-safe.
class LegacyFrameReader {
 public:
  explicit LegacyFrameReader(std::size_t frame_bytes_max = frame_bytes_max_default);

  void feed(std::string_view bytes);

  // The payload, once, when it is complete; nullopt before and after.
  // Errors: corrupt when the header is no number or more bytes came than the limit allows. Stays.
  Result<std::optional<std::string>> next();

  // The peer has closed: what came, without a terminator at its end, when a header and the declared
  // bytes or more have come, or what came ends in the terminator.
  // Requires: the last next() gave nullopt and none before it gave a payload.
  // Errors: as next(); corrupt for a message cut short and when nothing came at all.
  Result<std::string> finish();

  // No byte of a frame has come.
  bool empty() const { return header_.empty(); }
  std::size_t held() const { return header_.size() + payload_.size(); }

 private:
  std::optional<std::size_t> find_end();
  std::string take(std::size_t payload_bytes);

  std::string header_;        // its digits, as they come
  std::string payload_;       // what came behind it, the terminator and more included
  std::size_t declared_ = 0;  // bytes of payload, as the header has it
  std::size_t searched_ = 0;  // of payload_: the frame does not end before
  std::size_t scanned_ = 0;   // of payload_: fed to scanner_
  LiteralScanner scanner_;    // is what came one literal?
  std::size_t payload_bytes_max_;
  bool taken_ = false;
};

// `payload` must not hold the letters EOF: write_python hides them in literals, the functions below
// in raw text and in JSON. The bytes must leave in one write; when `over_declares`,
// the writer must then shut down its sending side (a request) or close (an answer), because the
// peer reads on until it does.
std::string encode_legacy_frame(std::string_view payload);

// encode_legacy_frame declares twice the length of such a payload.
bool over_declares(std::string_view payload);

// The same JSON without the letters EOF: they can only stand in its strings, which have escapes.
void hide_terminator_in_json(std::string& json);

// "EOF" -> "E OF". True when there was one (to be logged).
bool hide_terminator_in_text(std::string& text);

}  // namespace mega
