#include "wire/legacy_frame.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mega {
namespace {

// A larger payload may arrive in several segments, and each short one makes a legacy receiver lose
// up to nine bytes of the message's end.
constexpr std::size_t exact_payload_bytes_max = 1024;

constexpr std::size_t escape_bytes = 4;  // of \xNN

// Replaces each terminator by `hidden`. True when there was one.
bool replace_terminator(std::string& text, std::string_view hidden) {
  std::size_t at = text.find(frame_terminator);
  if (at == text.npos) return false;
  std::string safe;
  std::size_t copied = 0;
  for (; at != text.npos; at = text.find(frame_terminator, copied)) {
    safe.append(text, copied, at - copied) += hidden;
    copied = at + frame_terminator.size();
  }
  safe.append(text, copied);
  text = std::move(safe);
  return true;
}

}  // namespace

void EscapeCounter::feed(std::string_view bytes) {
  const auto is_hex = [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
  };
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (matched_ == 0) {
      at = bytes.find('\\', at);
      if (at == bytes.npos) return;
    }
    const char c = bytes[at];
    const bool fits = matched_ == 0 || (matched_ == 1 ? c == 'x' : is_hex(c));
    matched_ = fits ? matched_ + 1 : c == '\\' ? 1 : 0;
    if (open() < escape_bytes) continue;
    excess_ += escape_bytes - 1;
    matched_ = 0;
  }
}

LegacyFrameReader::LegacyFrameReader(std::size_t frame_bytes_max)
    : payload_bytes_max_(std::clamp(frame_bytes_max, frame_header_bytes, frame_bytes_max_ever) -
                         frame_header_bytes) {}

void LegacyFrameReader::feed(std::string_view bytes) {
  if (taken_) return;
  const std::string_view digits = bytes.substr(0, frame_header_bytes - header_.size());
  header_ += digits;
  bytes.remove_prefix(digits.size());
  // No payload within the limit is longer than if it were all escapes; the rest is dropped.
  const std::size_t kept_max = escape_bytes * (payload_bytes_max_ + 1);
  payload_ += bytes.substr(0, kept_max - std::min(kept_max, payload_.size()));
}

Result<std::optional<std::string>> LegacyFrameReader::next() {
  if (taken_) return std::nullopt;
  const auto header = parse_frame_header(header_);
  if (!header) return fail(header.error());
  if (!*header) return std::nullopt;
  declared_ = std::max(**header, frame_header_bytes) - frame_header_bytes;

  if (const auto end = find_end()) return take(*end);
  EscapeCounter escapes = escapes_;
  escapes.feed(std::string_view(payload_).substr(scanned_));
  const std::size_t most = payload_bytes_max_ + escapes.excess() + escapes.open();
  if (payload_.size() > most &&
      !frame_terminator.starts_with(std::string_view(payload_).substr(most))) {
    return fail(Errc::corrupt, "more than {} bytes came in one frame",
                payload_bytes_max_ + frame_header_bytes);
  }
  return std::nullopt;
}

// Where the payload ends; nullopt until that is certain.
std::optional<std::size_t> LegacyFrameReader::find_end() {
  const std::string_view bytes = payload_;
  for (;;) {
    const std::size_t found = bytes.find(frame_terminator, searched_);
    // The last two bytes may be the start of a terminator, which the scanner must not see.
    const std::size_t kept_back = frame_terminator.size() - 1;
    const std::size_t end =
        found != bytes.npos ? found : std::max(bytes.size(), searched_ + kept_back) - kept_back;
    if (!scanner_.impossible()) scanner_.feed(bytes.substr(scanned_, end - scanned_));
    escapes_.feed(bytes.substr(scanned_, end - scanned_));
    scanned_ = end;
    searched_ = end;
    if (found == bytes.npos || found > payload_bytes_max_ + escapes_.excess()) return std::nullopt;

    const bool by_length = found == declared_ || (found > declared_ && scanner_.impossible());
    if (by_length || scanner_.whole()) return found;
    searched_ = found + frame_terminator.size();
  }
}

std::string LegacyFrameReader::take(std::size_t payload_bytes) {
  taken_ = true;
  header_.clear();
  std::string payload = std::exchange(payload_, {});
  payload.resize(payload_bytes);
  return payload;
}

Result<std::string> LegacyFrameReader::finish() {
  assert(!taken_);
  auto complete = next();
  if (!complete) return fail(complete.error());
  if (*complete) return std::move(**complete);
  if (empty()) return fail(Errc::corrupt, "the peer closed without a byte");

  const std::string_view bytes = payload_;
  if (header_.size() == frame_header_bytes) {
    if (bytes.ends_with(frame_terminator)) return take(bytes.size() - frame_terminator.size());
    if (bytes.size() >= declared_) {
      const bool cut_in_terminator = frame_terminator.starts_with(bytes.substr(declared_));
      return take(cut_in_terminator ? declared_ : bytes.size());
    }
  }
  return fail(Errc::corrupt, "the peer closed after {} of {} bytes", header_.size() + bytes.size(),
              header_.size() < frame_header_bytes
                  ? frame_header_bytes
                  : frame_header_bytes + declared_ + frame_terminator.size());
}

bool over_declares(std::string_view payload) { return payload.size() > exact_payload_bytes_max; }

std::string encode_legacy_frame(std::string_view payload) {
  const std::size_t length = frame_header_bytes + payload.size();
  std::string frame = frame_header(over_declares(payload) ? 2 * length : length);
  frame.reserve(length + frame_terminator.size());
  frame += payload;
  frame += frame_terminator;
  return frame;
}

void hide_terminator_in_json(std::string& json) { replace_terminator(json, "E\\u004fF"); }

bool hide_terminator_in_text(std::string& text) { return replace_terminator(text, "E OF"); }

}  // namespace mega
