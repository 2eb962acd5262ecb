#include "mail/format/mail_stream.h"

#include "mail/format/body.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::size_t read_bytes = base64_line_bytes * 512;

}  // namespace

Result<std::string_view> ComposedSource::next() {
  while (piece_ < composed_.pieces.size()) {
    const auto& piece = composed_.pieces[piece_];
    if (!in_file_) {
      in_file_ = true;
      left_ = piece.file ? piece.file->bytes : 0;
      reader_ = nullptr;
      if (!piece.text.empty()) return piece.text;
    }
    if (left_ > 0) return next_of_file(*piece.file);
    ++piece_;
    in_file_ = false;
  }
  return std::string_view();
}

Result<std::string_view> ComposedSource::next_of_file(const Attachment& file) {
  if (!reader_) {
    auto opened = file.open();
    if (!opened) return fail(opened.error());
    reader_ = *std::move(opened);
  }
  // Fill the whole chunk, so that it ends at the end of a base64 line.
  const auto wanted =
      static_cast<std::size_t>(std::min(left_, static_cast<std::int64_t>(read_bytes)));
  std::string bytes(wanted, '\0');
  for (std::size_t at = 0; at < wanted;) {
    const auto got = reader_(bytes.data() + at, wanted - at);
    if (!got) return fail(got.error());
    if (*got == 0) {
      return fail(Errc::failed, "{} has become shorter while it was sent", file.file_name);
    }
    at += *got;
  }
  left_ -= static_cast<std::int64_t>(wanted);
  chunk_ = base64_lines(bytes);
  return chunk_;
}

void ComposedSource::rewind() {
  piece_ = 0;
  in_file_ = false;
  reader_ = nullptr;
}

Result<std::string> whole_message(MailSource& source) {
  std::string all;
  for (;;) {
    const auto chunk = source.next();
    if (!chunk) return fail(chunk.error());
    if (chunk->empty()) return all;
    all += *chunk;
  }
}

}  // namespace mega
