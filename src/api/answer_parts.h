// AnswerParts: splits the rows of a long answer into messages as soon as the rows are found, and
// keeps the messages in a spool until the peer takes them.
//
// Such an answer is never whole in memory, and no connection of the store waits for a slow peer.
#pragma once

#include "base/spool.h"
#include "value/listing.h"
#include "wire/reply.h"

#include <cstdint>
#include <memory>
#include <string>

namespace mega {

// Lives for one call. Neither copied nor moved.
class AnswerParts {
 public:
  // `folder`: for the spool's file.
  AnswerParts(std::int64_t id, const std::string& folder);
  AnswerParts(const AnswerParts&) = delete;

  // Passed to the store.
  const RowParts& rows() const { return rows_; }

  bool empty() const { return !spool_; }

  // The whole answer: the parts, then `rest` with CODE. Requires: !empty().
  Reply reply(const Value& rest);

 private:
  Result<void> take(Rows part);

  const std::int64_t id_;
  const std::string& folder_;
  RowParts rows_;
  std::shared_ptr<Spool> spool_;  // set with the first part
};

}  // namespace mega
