// Execution: one script while it runs, from its start to its outcome.
//
// Its output is kept up to a limit; what is beyond is read, counted and dropped, so that the script
// goes on. When it has ended by itself and something that it started still holds its output open,
// the outcome waits half a second for that and then closes it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "net/asio.h"
#include "tasks/agent/script_process.h"
#include "tasks/agent/supervise.h"
#include "tasks/format/order.h"

namespace mega {

struct ExecutionLimits {
  std::chrono::milliseconds time{0};         // 0: none
  std::chrono::milliseconds grace{10000};    // from SIGTERM to SIGKILL
  std::chrono::milliseconds held_open{500};  // the output, by what the script has started
  std::size_t output_bytes = 1 << 20;        // of each stream

  // Until all is over, however it ends; 0: unknown.
  std::chrono::milliseconds whole() const {
    return time.count() == 0 ? time : time + grace + held_open;
  }
};

// What one stream has given. Bytes that are kept stay where they are.
struct Captured {
  std::string kept;
  bool cut = false;  // there was more
};

// Runs on the thread of its executor and is used there only. Keeps itself alive until `ended`.
class Execution : public std::enable_shared_from_this<Execution> {
 public:
  struct Watcher {
    std::function<void(pid_t script)> started{};  // may be empty
    std::function<void()> output{};               // there is more of it; may be empty
    std::function<void(TaskOutcome)> ended;       // once, and the last that is called
  };

  Execution(asio::any_io_executor executor, const Clock& clock, ExecutionLimits limits,
            Watcher watcher);

  // Errors: as start_script(); `ended` is not called then.
  Result<void> start(const ScriptPlan& plan);

  // Has it ended, with all that is below it; the outcome comes when it is. The first reason counts.
  void end(TaskState why, std::string reason);

  const Captured& output() const { return streams_[0].captured; }
  const Captured& errors() const { return streams_[1].captured; }
  Time started_at() const { return started_; }
  // Of limits.whole(); at least a millisecond, 0: there is no limit. Requires: start() was good.
  std::chrono::milliseconds time_left() const;

 private:
  struct Stream {
    explicit Stream(const asio::any_io_executor& executor) : pipe(executor) {}
    asio::posix::stream_descriptor pipe;
    Captured captured;
  };

  void read_later(Stream& stream);
  bool read_some(Stream& stream);
  void wait_for_report();
  void read_reports();
  void take(const SupervisorReport& report);
  void supervisor_gone();
  void finish_when_done();
  void finish();
  void tell(char word);
  TaskOutcome outcome();
  void describe_end(TaskOutcome& outcome) const;

  const Clock& clock_;
  const ExecutionLimits limits_;
  Watcher watcher_;
  std::array<Stream, 2> streams_;
  asio::posix::stream_descriptor control_;
  asio::steady_timer time_limit_;
  asio::steady_timer patience_;  // with a script that was told to end; with a stream held open
  pid_t supervisor_ = -1;
  Time started_;
  std::chrono::steady_clock::time_point begun_{};
  std::optional<SupervisorReport> not_started_;
  std::optional<SupervisorReport> ended_;
  std::int32_t left_behind_ = 0;
  std::optional<TaskState> why_;  // it was told to end
  std::string reason_;
  bool gone_ = false;  // the supervisor
  bool finished_ = false;
};

}  // namespace mega
