// A composed message as a stream of chunks. Files are read while they are sent, so that a large one
// takes no memory.
#pragma once

#include "base/result.h"
#include "mail/format/message.h"

#include <string>
#include <string_view>

namespace mega {

// Source of the bytes of a message to send: composed just now, or read from the queue.
class MailSource {
 public:
  virtual ~MailSource() = default;

  // The next chunk; empty at the end. Valid until the next call.
  virtual Result<std::string_view> next() = 0;
  // Restarts at the first byte.
  virtual void rewind() = 0;
};

// `composed` must outlive the source.
class ComposedSource : public MailSource {
 public:
  explicit ComposedSource(const Composed& composed) : composed_(composed) {}

  // Errors: those of the file; failed when the file has become shorter.
  Result<std::string_view> next() override;
  void rewind() override;

 private:
  Result<std::string_view> next_of_file(const Attachment& file);

  const Composed& composed_;
  std::size_t piece_ = 0;
  bool in_file_ = false;
  ByteReader reader_;
  std::int64_t left_ = 0;  // bytes of the file still to be read
  std::string chunk_;
};

// The whole message in memory; for small messages.
Result<std::string> whole_message(MailSource& source);

}  // namespace mega
