#include "wire/frame.h"

#include "base/text.h"

#include <algorithm>
#include <cassert>

namespace mega {
namespace {

// An idle connection keeps no larger buffer.
constexpr std::size_t idle_buffer_bytes_max = 64 << 10;

void write_digits(char* header, std::size_t length) {
  assert(length <= frame_bytes_max_ever);
  for (std::size_t i = frame_header_bytes; i-- > 0; length /= 10) {
    header[i] = static_cast<char>('0' + length % 10);
  }
}

}  // namespace

std::string frame_header(std::size_t length) {
  std::string header(frame_header_bytes, '0');
  write_digits(header.data(), length);
  return header;
}

std::string encode_frame(std::string_view payload) {
  std::string frame;
  frame.reserve(frame_header_bytes + payload.size() + frame_terminator.size());
  const std::size_t start = begin_frame(frame);
  frame += payload;
  end_frame(frame, start);
  return frame;
}

std::size_t begin_frame(std::string& out) {
  const std::size_t start = out.size();
  out.append(frame_header_bytes, '0');
  return start;
}

void end_frame(std::string& out, std::size_t frame_start) {
  assert(out.size() >= frame_start + frame_header_bytes);
  write_digits(out.data() + frame_start, out.size() - frame_start);
  out += frame_terminator;
}

Result<std::optional<std::size_t>> parse_frame_header(std::string_view bytes) {
  const std::string_view header = bytes.substr(0, frame_header_bytes);
  std::size_t length = 0;
  for (const char c : header) {
    if (c < '0' || c > '9') {
      return fail(Errc::corrupt, "frame header {} is no number of ten digits", quoted(header));
    }
    length = length * 10 + static_cast<std::size_t>(c - '0');
  }
  if (header.size() < frame_header_bytes) return std::nullopt;
  return length;
}

FrameReader::FrameReader(std::size_t frame_bytes_max)
    : frame_bytes_max_(std::min(frame_bytes_max, frame_bytes_max_ever)) {}

void FrameReader::feed(std::string_view bytes) {
  // Move the rest to the front only when it is the smaller part, so that all feeds together are
  // linear.
  if (consumed_ > buffer_.size() / 2) {
    buffer_.erase(0, consumed_);
    consumed_ = 0;
  }
  buffer_ += bytes;
}

Result<std::optional<std::string>> FrameReader::next() {
  const std::string_view bytes = std::string_view(buffer_).substr(consumed_);
  const auto header = parse_frame_header(bytes);
  if (!header) return fail(header.error());
  if (!*header) return std::nullopt;

  const std::size_t length = **header;
  if (length < frame_header_bytes || length > frame_bytes_max_) {
    return fail(Errc::corrupt, "frame header says {} bytes, want {} to {}", length,
                frame_header_bytes, frame_bytes_max_);
  }
  if (bytes.size() <= length) return std::nullopt;
  const std::string_view end = bytes.substr(length, frame_terminator.size());
  if (!frame_terminator.starts_with(end)) {
    return fail(Errc::corrupt, "frame of {} bytes ends in {}, want {}", length, quoted(end),
                frame_terminator);
  }
  if (end.size() < frame_terminator.size()) return std::nullopt;
  return take(length);
}

// The payload of the complete frame that is `length` bytes long without its terminator.
std::string FrameReader::take(std::size_t length) {
  const std::size_t frame_bytes = length + frame_terminator.size();
  if (frame_bytes == buffer_.size() && buffer_.capacity() > idle_buffer_bytes_max) {
    // A large frame alone in the buffer: the buffer becomes the payload, which avoids a second
    // copy.
    buffer_.resize(length);
    buffer_.erase(0, frame_header_bytes);
    std::string payload;
    payload.swap(buffer_);
    return payload;
  }
  std::string payload = buffer_.substr(consumed_ + frame_header_bytes, length - frame_header_bytes);
  consumed_ += frame_bytes;
  if (empty()) {
    consumed_ = 0;
    buffer_.clear();
    if (buffer_.capacity() > idle_buffer_bytes_max) buffer_.shrink_to_fit();
  }
  return payload;
}

}  // namespace mega
