// Scheduler: makes the calls of schedules when they are due, with the rights of their owners.
//
// One thread handles what is due (schedule_book.h) and sleeps until the next due time, at most a
// second, so that it notices when the clock is set. Runs have threads of their own: requests and
// runs never wait for each other. A run that waits for hosts occupies no thread.
//
// A run that makes a task ends with the task (run_of_task.h), also when the server is started again
// meanwhile.
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
  // Makes at most `parallel` runs at once, besides those that wait for hosts. The references must
  // outlive the scheduler.
  Scheduler(const Api& api, const LegacyRule& legacy, int parallel);
  ~Scheduler();  // as close() and drain()
  Scheduler(const Scheduler&) = delete;

  // Starts the threads. Call once, when all services are open.
  void start();

  // Call when a schedule was added, changed or removed. Any thread.
  void changed() override;

  // Call after reload_time_zone(). Any thread.
  void zone_changed();

  // Begins no further runs; waiting runs are due again after the next start. Any thread.
  void close();

  // Blocks until the runs under way have ended. Requires: close().
  void drain();

  int under_way() const;  // any thread

 private:
  class Run;
  class End;
  class EndOfTask;

  void tell(std::int64_t id, std::string_view what, const std::string& sentence) const;
  void look_after();
  bool recover();
  void take_in();
  void begin_due();
  void sleep();
  int places() const;
  // Adds `more`, which may be negative, to the number of runs that wait for hosts.
  void wait_without_place(int more);
  // Ends the run, or waits for the end of the task that it has made.
  void take_result(BegunRun run, const Result<Value>& result);
  void wait_for_task(const BegunRun& run);
  void end_with_task(const BegunRun& run);
  void end(const BegunRun& run, const RunEnd& end);
  // The run goes on without this process.
  void leave();

  const Api& api_;
  const LegacyRule& legacy_;
  const int parallel_;
  ScheduleBook book_;  // used by the thread

  mutable std::mutex mutex_;
  std::condition_variable news_;
  bool closed_ = false;
  bool changed_ = false;
  bool zone_changed_ = false;
  std::vector<BegunRun> ended_;  // not yet handled by the thread
  int under_way_ = 0;
  int waiting_ = 0;          // of these, runs that wait for hosts
  bool place_free_ = false;  // because a run began to wait

  std::unique_ptr<Workers> workers_;
  std::thread thread_;
};

}  // namespace mega
