// Execution: one script from its start to its outcome.
//
// Output is kept up to a limit; the rest is read and dropped, so that the script does not block. If
// the script has ended by itself and a process that it started still holds its output open, the
// outcome is delayed by half a second (`held_open`); what is written later is dropped (drain.h).
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
  std::chrono::milliseconds held_open{500};  // wait for processes that hold the output open
  std::size_t output_bytes = 1 << 20;        // of each stream

  // The longest time from start to outcome; 0: no limit.
  std::chrono::milliseconds whole() const {
    return time.count() == 0 ? time : time + grace + held_open;
  }
};

// The output of one stream. Bytes that are kept do not change, but for the beginning of a character
// of UTF-8 whose end is beyond the limit: it is taken back, so that text stays text.
struct Captured {
  std::string kept;
  bool cut = false;  // there was more output than the limit
};

// Not thread-safe: use it on its executor's thread. Keeps itself alive until `ended`.
class Execution : public std::enable_shared_from_this<Execution> {
 public:
  struct Watcher {
    std::function<void(pid_t script)> started{};  // may be empty
    std::function<void()> output{};               // new output was kept; may be empty
    std::function<void(TaskOutcome)> ended;       // called once, as the last call
  };

  Execution(asio::any_io_executor executor, const Clock& clock, ExecutionLimits limits,
            Watcher watcher);

  // Errors: those of start_script(); `ended` is then not called.
  Result<void> start(const ScriptPlan& plan);

  // Ends the script and all its descendants; calls `ended` afterwards. Only the first call counts.
  void end(TaskState why, std::string reason);

  const Captured& output() const { return streams_[0].captured; }
  const Captured& errors() const { return streams_[1].captured; }
  Time started_at() const { return started_; }
  // Time left of limits.whole(), at least 1 ms; 0: no limit. Requires: start() succeeded.
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
  void close_streams();
  void tell(char word);
  TaskOutcome outcome();
  void describe_end(TaskOutcome& outcome) const;

  const Clock& clock_;
  const ExecutionLimits limits_;
  Watcher watcher_;
  std::array<Stream, 2> streams_;
  asio::posix::stream_descriptor control_;
  asio::steady_timer time_limit_;
  asio::steady_timer patience_;  // until SIGKILL; then for a stream that is held open
  std::string program_;
  pid_t supervisor_ = -1;
  Time started_;
  std::chrono::steady_clock::time_point begun_{};
  std::optional<SupervisorReport> not_started_;
  std::optional<SupervisorReport> ended_;
  std::int32_t left_behind_ = 0;
  std::optional<TaskState> why_;  // set by end()
  std::string reason_;
  bool gone_ = false;  // the supervisor has ended
  bool finished_ = false;
};

}  // namespace mega
