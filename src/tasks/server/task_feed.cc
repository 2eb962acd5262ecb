#include "tasks/server/task_feed.h"

#include <utility>

namespace mega {

void TaskFeed::add(TaskOutput output) {
  bytes_ += output.text.size();
  pieces_.push_back({++version_, std::move(output)});
  while (bytes_ > feed_bytes_max && !pieces_.empty()) {
    bytes_ -= pieces_.front().output.text.size();
    skipped_ = pieces_.front().version;
    pieces_.pop_front();
  }
}

void TaskFeed::skip() { skipped_ = ++version_; }

TaskNews TaskFeed::news(std::int64_t since) const {
  TaskNews news{.next = version_, .skipped = skipped_ > since};
  for (const Piece& piece : pieces_) {
    if (piece.version > since) news.output.push_back(piece.output);
  }
  return news;
}

}  // namespace mega
