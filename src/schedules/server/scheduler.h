// The scheduler: makes the calls of schedules when they are due, with the rights of their owners.
//
// One thread looks after what is due (schedule_book.h) and sleeps until the next due time, at most
// a second, so that a clock that was set is noticed. Runs have threads of their own: requests never
// wait for them, nor they for requests. A run that waits for hosts needs no thread meanwhile.
#pragma once

#include "api/dispatch.h"
#include "net/serve.h"
#include "schedules/server/schedule_book.h"
#include "schedules/server/schedule_call.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace mega {

class Scheduler final : public ScheduleDriver {
 public:
  // `parallel` runs at once, besides those that wait. What is given must outlive it.
  Scheduler(const Api& api, const LegacyRule& legacy, int parallel);
  ~Scheduler();  // as close() and drain()
  Scheduler(const Scheduler&) = delete;

  // Once, when all is open.
  void start();

  // A schedule was added, changed or removed. Any thread.
  void changed() override;

  // No run begins any more; what waits is due again after the next start. Any thread.
  void close();

  // Blocks until those under way have ended. Requires: close().
  void drain();

  int under_way() const;  // any thread

 private:
  class Run;
  class End;

  void tell(std::int64_t id, std::string_view what, const std::string& sentence) const;
  void look_after();
  bool recover();
  void take_in();
  void begin_due();
  void sleep();
  int places() const;
  // Of so many runs more, or less.
  void wait_without_place(int more);
  void end(const BegunRun& run, const Result<Value>& result);

  const Api& api_;
  const LegacyRule& legacy_;
  const int parallel_;
  ScheduleBook book_;  // of the thread

  mutable std::mutex mutex_;
  std::condition_variable news_;
  bool closed_ = false;
  bool changed_ = false;
  std::vector<BegunRun> ended_;  // that the thread has not heard of
  int under_way_ = 0;
  int waiting_ = 0;          // of these
  bool place_free_ = false;  // since one of them waits

  std::unique_ptr<Workers> workers_;
  std::thread thread_;
};

}  // namespace mega
