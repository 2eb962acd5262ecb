// Runs scripts on daemons of 2014: connects to the daemon's port, sends one script with one
// argument, and waits for (wait status, output).
//
// Each call blocks a thread until its script has ended; LegacyDialler keeps a few threads for that
// and starts them with the first call.
#pragma once

#include "base/clock.h"
#include "net/workers.h"
#include "tasks/store/task_model.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace mega {

// Checks that a daemon of 2014 can run the order, and nothing else: it pastes the script's name into
// the line of a shell. Errors: refused, naming what it cannot do.
Result<void> check_for_legacy(const TaskOrder& order);

// Of one answer. A byte of output that is not ASCII is sent as \xNN: 32 MiB of such output.
inline constexpr std::size_t legacy_answer_bytes_max = 128 << 20;

// The order's arguments as the one text that a daemon of 2014 takes. The daemon pastes it between
// double quotes into the line of a shell: `bash /scripts/x.sh "TEXT"`. The script gets the arguments
// with blanks between them, and the shell evaluates none of them, whatever its locale.
std::string legacy_argument(const TaskOrder& order);

// Blocks until the script has ended or its time limit is over, or `stop` is set: then it is lost.
// Of an answer larger than `answer_bytes_max` the status and the front of the output are kept.
TaskOutcome run_on_legacy_daemon(const TaskHost& host, const TaskOrder& order, const Clock& clock,
                                 const std::atomic<bool>& stop,
                                 std::size_t answer_bytes_max = legacy_answer_bytes_max);

// The front of an answer "(STATUS, 'OUTPUT')" that was cut in its output, as a whole literal.
std::string closed_answer(std::string_view beginning);

// Whether the server may dial the host. Errors: refused for an unconfirmed port, and for this
// machine at one of `own_ports`.
Result<void> check_dialled(const TaskHost& host, const std::set<std::int64_t>& own_ports);

// The outcome that an answer states. `payload`: "(768, 'out')", "-1".
TaskOutcome outcome_of_legacy_answer(const std::string& payload);

// Not thread-safe.
class LegacyDialler {
 public:
  LegacyDialler(const Clock& clock, int threads) : clock_(clock), threads_(threads) {}
  ~LegacyDialler() { stop(); }

  // The ports at which this server listens: it never dials its own doors.
  void keep_off(std::set<std::int64_t> own_ports) { own_ports_ = std::move(own_ports); }

  // Calls `ended` on a thread of the dialler, or at once when the server may not dial the host.
  void dial(TaskHost host, TaskOrder order, std::function<void(TaskOutcome)> ended);
  // Ends running calls at once, without calling `ended`. Joins.
  void stop();

 private:
  const Clock& clock_;
  const int threads_;
  std::set<std::int64_t> own_ports_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<Workers> workers_;
};

}  // namespace mega
