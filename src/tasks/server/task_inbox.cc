#include "tasks/server/task_inbox.h"

#include <utility>

namespace mega {
namespace {

constexpr std::size_t bytes_max = 8 << 20;

}  // namespace

void TaskInbox::look() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.look = true;
  }
  news_.notify_one();
}

void TaskInbox::wake() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.woken = true;
  }
  news_.notify_one();
}

void TaskInbox::stop() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.stopping = true;
  }
  news_.notify_one();
}

bool TaskInbox::put(Note note, std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.stopping) return false;
    waiting_.notes.push_back(std::move(note));
    bytes_ += bytes;
  }
  news_.notify_one();
  return true;
}

bool TaskInbox::has_room(std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  return bytes_ + bytes <= bytes_max;
}

TaskInbox::Taken TaskInbox::take(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, patience, [this] {
    return waiting_.stopping || waiting_.look || waiting_.woken || !waiting_.notes.empty();
  });
  bytes_ = 0;
  const bool stopping = waiting_.stopping;
  return std::exchange(waiting_, {.notes = {}, .stopping = stopping});
}

}  // namespace mega
