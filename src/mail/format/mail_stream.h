// A composed message as bytes, chunk by chunk: files are read as they are sent, so that a large one
// takes no memory.
#pragma once

#include "base/result.h"
#include "mail/format/message.h"

#include <string>
#include <string_view>

namespace mega {

// Where a message that is sent comes from: composed just now, or out of the queue.
class MailSource {
 public:
  virtual ~MailSource() = default;

  // The next bytes; empty at the end. Valid until the next call.
  virtual Result<std::string_view> next() = 0;
  // Begins again.
  virtual void rewind() = 0;
};

// Refers to `composed`, which must outlive it.
class ComposedSource : public MailSource {
 public:
  explicit ComposedSource(const Composed& composed) : composed_(composed) {}

  // Errors: those of the file; failed when it has become shorter meanwhile.
  Result<std::string_view> next() override;
  void rewind() override;

 private:
  Result<std::string_view> next_of_file(const Attachment& file);

  const Composed& composed_;
  std::size_t piece_ = 0;
  bool in_file_ = false;
  ByteReader reader_;
  std::int64_t left_ = 0;  // of the file
  std::string chunk_;
};

// All of it in one text; for small ones.
Result<std::string> whole_message(MailSource& source);

}  // namespace mega
