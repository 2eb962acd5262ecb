// TaskInbox: the queue from other threads to the task engine's thread. Does all locking between
// them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace mega {

class TaskInbox {
 public:
  using Note = std::function<void()>;

  // Everything put in since the last take().
  struct Taken {
    std::vector<Note> notes;
    bool look = false;  // the store may have changed
    bool woken = false;
    bool stopping = false;
  };

  // Any thread.
  void look();
  void wake();
  void stop();  // put() fails afterwards
  // False: the inbox was stopped. `bytes`: size of the output in the note.
  bool put(Note note, std::size_t bytes = 0);
  // Whether that much more output fits. The caller drops output that does not; the outcome has it.
  bool has_room(std::size_t bytes) const;

  // For the engine's thread. Takes everything, waiting up to `patience` if the inbox is empty.
  Taken take(std::chrono::milliseconds patience);

 private:
  mutable std::mutex mutex_;
  std::condition_variable news_;
  Taken waiting_{.notes = {}, .look = true};
  std::size_t bytes_ = 0;  // of output in waiting_
};

}  // namespace mega
