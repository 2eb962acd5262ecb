#include "mail/format/dot_stuffing.h"

namespace mega {

std::string_view DotStuffer::stuffed(std::string_view chunk) {
  if (chunk.empty()) return chunk;
  out_.clear();
  if (line_begins_ && chunk.front() == '.') out_ += '.';
  line_begins_ = chunk.back() == '\n';
  std::size_t from = 0;
  for (auto at = chunk.find("\n."); at != std::string_view::npos; at = chunk.find("\n.", at + 1)) {
    out_.append(chunk.substr(from, at + 1 - from));
    out_ += '.';
    from = at + 1;
  }
  if (out_.empty()) return chunk;
  out_.append(chunk.substr(from));
  return out_;
}

}  // namespace mega
