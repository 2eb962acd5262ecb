#include "net/open_questions.h"

#include <utility>
#include <vector>

namespace mega {

void Questions::open(std::int64_t id, StreamedAnswer awaited, std::optional<Moment> until) {
  note_asked(id);
  open_.emplace(id, Question{std::move(awaited), until});
}

bool Questions::take(Answer answer) {
  const auto found = open_.find(answer.id);
  if (found == open_.end()) return false;
  if (answer.more && answer.result) {
    // When the receiver is gone, the rest of the answer is read and dropped.
    if (found->second.awaited.part) (void)found->second.awaited.part(std::move(*answer.result));
    return true;
  }
  const auto question = open_.extract(found);  // end() may open another question
  question.mapped().awaited.end(std::move(answer.result));
  return true;
}

void Questions::end(std::int64_t id, const Error& why) {
  const auto question = open_.extract(id);
  if (!question.empty()) question.mapped().awaited.end(fail(why));
}

void Questions::end_all(const Error& why) {
  auto ending = std::exchange(open_, {});
  for (auto& [id, question] : ending) question.awaited.end(fail(why));
}

void Questions::give_up(Moment now) {
  std::vector<std::int64_t> late;
  for (const auto& [id, question] : open_) {
    if (question.until && *question.until <= now) late.push_back(id);
  }
  for (const std::int64_t id : late) {
    end(id, {Errc::timed_out, "no answer in time; the work may go on"});
  }
}

}  // namespace mega
