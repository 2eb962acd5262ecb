// AnswerParts: the rows of one long answer as messages, each made as soon as its rows are found,
// which then wait in a spool until the peer takes them.
//
// Neither rows nor text of such an answer are ever whole in memory, and no connection of the store
// waits for a slow peer.
#pragma once

#include "base/spool.h"
#include "value/listing.h"
#include "wire/reply.h"

#include <cstdint>
#include <memory>
#include <string>

namespace mega {

// Lives for one call; stays where it is.
class AnswerParts {
 public:
  // `folder`: of the spool's file.
  AnswerParts(std::int64_t id, const std::string& folder);
  AnswerParts(const AnswerParts&) = delete;

  // For the store.
  const RowParts& rows() const { return rows_; }

  bool empty() const { return !spool_; }

  // The whole answer: the parts, then `rest` with CODE. Requires: not empty().
  Reply reply(const Value& rest);

 private:
  Result<void> take(Rows part);

  const std::int64_t id_;
  const std::string& folder_;
  RowParts rows_;
  std::shared_ptr<Spool> spool_;  // from the first part on
};

}  // namespace mega
