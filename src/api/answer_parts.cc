#include "api/answer_parts.h"

#include "wire/parted_reply.h"

#include <utility>

namespace mega {

AnswerParts::AnswerParts(std::int64_t id, const std::string& folder)
    : id_(id), folder_(folder), rows_{.cells_max = part_cells_max, .take = [this](Rows part) {
                                        return take(std::move(part));
                                      }} {}

Result<void> AnswerParts::take(Rows part) {
  if (!spool_) spool_ = std::make_shared<Spool>(folder_);
  return spool_->add(part_of_reply(id_, Value(std::move(part)), More::follows));
}

Reply AnswerParts::reply(const Value& rest) {
  if (auto added = spool_->add(part_of_reply(id_, rest, More::none)); !added) {
    return our_reply(id_, fail(added.error()));
  }
  auto next = [id = id_, spool = std::move(spool_)]() mutable -> std::optional<std::string> {
    if (!spool) return std::nullopt;
    auto text = spool->next();
    if (text) return *std::move(text);
    spool.reset();
    return our_reply(id, fail(text.error()));
  };
  Reply reply(next().value_or(""));
  reply.rest = std::move(next);
  return reply;
}

}  // namespace mega
