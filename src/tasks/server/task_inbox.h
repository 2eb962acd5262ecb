// TaskInbox: how other threads reach the one that drives tasks. All locking between them is here.
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

  // What came since it was last taken.
  struct Taken {
    std::vector<Note> notes;
    bool look = false;  // the store may hold something new
    bool woken = false;
    bool stopping = false;
  };

  // Any thread.
  void look();
  void wake();
  void stop();  // nothing is put in afterwards
  // False: it was stopped. `bytes`: how much output the note brings.
  bool put(Note note, std::size_t bytes = 0);
  // Whether so much more output may wait; what is beyond is dropped, the outcome has it anyway.
  bool has_room(std::size_t bytes) const;

  // The thread that drives tasks: all that is there, or nothing after `patience`.
  Taken take(std::chrono::milliseconds patience);

 private:
  mutable std::mutex mutex_;
  std::condition_variable news_;
  Taken waiting_{.notes = {}, .look = true};
  std::size_t bytes_ = 0;  // of the output in it
};

}  // namespace mega
