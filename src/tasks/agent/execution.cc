#include "tasks/agent/execution.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/utf8.h"
#include "tasks/agent/drain.h"
#include "tasks/agent/start_failure.h"

namespace mega {
namespace {

constexpr std::size_t chunk_bytes = 64 << 10;
constexpr int chunks_in_a_row = 4;  // read from one stream before other events get a turn

void keep(Captured& captured, std::string_view bytes, std::size_t limit) {
  if (captured.cut) return;
  const std::size_t room = limit - captured.kept.size();
  captured.cut = bytes.size() > room;
  captured.kept.append(bytes.substr(0, room + captured.cut));
  if (captured.cut) captured.kept.resize(cut_utf8(captured.kept, limit).size());
}

// "SIGKILL"; sigabbrev_np() omits the "SIG".
std::string signal_name(int number) {
  const char* name = ::sigabbrev_np(number);
  return name ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

}  // namespace

Execution::Execution(asio::any_io_executor executor, const Clock& clock, ExecutionLimits limits,
                     Watcher watcher)
    : clock_(clock),
      limits_(limits),
      watcher_(std::move(watcher)),
      streams_{Stream(executor), Stream(executor)},
      control_(executor),
      time_limit_(executor),
      patience_(executor) {}

Result<void> Execution::start(const ScriptPlan& plan) {
  auto child = start_script(plan);
  if (!child) return fail(child.error());
  started_ = clock_.now();
  begun_ = clock_.steady();
  program_ = plan.program;
  supervisor_ = child->supervisor;
  control_.assign(child->control.release());
  streams_[0].pipe.assign(child->output.release());
  if (child->errors) streams_[1].pipe.assign(child->errors.release());

  wait_for_report();
  for (Stream& stream : streams_) read_later(stream);
  if (limits_.time.count() > 0) {
    time_limit_.expires_after(limits_.time);
    time_limit_.async_wait([self = shared_from_this()](const asio::error_code& ec) {
      if (ec) return;
      const auto seconds = std::chrono::duration<double>(self->limits_.time).count();
      self->end(TaskState::timed_out, fmt::format("it ran longer than {:g} seconds", seconds));
    });
  }
  return {};
}

std::chrono::milliseconds Execution::time_left() const {
  using std::chrono::milliseconds;
  if (limits_.time.count() == 0) return milliseconds(0);
  const auto gone = std::chrono::floor<milliseconds>(clock_.steady() - begun_);
  return std::max(limits_.whole() - gone, milliseconds(1));
}

void Execution::end(TaskState why, std::string reason) {
  if (why_ || gone_) return;
  why_ = why;
  reason_ = std::move(reason);
  tell('T');
  patience_.expires_after(limits_.grace);
  patience_.async_wait([self = shared_from_this()](const asio::error_code& ec) {
    if (!ec && !self->gone_) self->tell('K');
  });
}

void Execution::tell(char word) { ::send(control_.native_handle(), &word, 1, MSG_NOSIGNAL); }

void Execution::read_later(Stream& stream) {
  if (!stream.pipe.is_open()) return;
  stream.pipe.async_wait(asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this(), &stream](const asio::error_code& ec) {
                           if (ec || self->finished_) return;
                           const bool open = self->read_some(stream);
                           if (self->watcher_.output) self->watcher_.output();
                           if (open) self->read_later(stream);
                           self->finish_when_done();
                         });
}

// Reads up to chunks_in_a_row chunks. False: the stream has ended.
bool Execution::read_some(Stream& stream) {
  std::array<char, chunk_bytes> chunk;
  for (int i = 0; i < chunks_in_a_row; ++i) {
    const ssize_t got = ::read(stream.pipe.native_handle(), chunk.data(), chunk_bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) {
      stream.pipe.close();
      return false;
    }
    keep(stream.captured, {chunk.data(), static_cast<std::size_t>(got)}, limits_.output_bytes);
  }
  return true;
}

void Execution::wait_for_report() {
  control_.async_wait(asio::posix::stream_descriptor::wait_read,
                      [self = shared_from_this()](const asio::error_code& ec) {
                        if (!ec) self->read_reports();
                      });
}

void Execution::read_reports() {
  for (;;) {
    SupervisorReport report;
    const ssize_t got = ::recv(control_.native_handle(), &report, sizeof report, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return wait_for_report();
    if (got != sizeof report) return supervisor_gone();
    take(report);
  }
}

void Execution::take(const SupervisorReport& report) {
  switch (report.kind) {
    case SupervisorReport::started:
      if (watcher_.started) watcher_.started(report.number);
      break;
    case SupervisorReport::not_started:
      not_started_ = report;
      break;
    case SupervisorReport::ended:
      ended_ = report;
      break;
    case SupervisorReport::left_behind:
      left_behind_ = report.number;
      break;
  }
}

void Execution::supervisor_gone() {
  gone_ = true;
  control_.close();
  time_limit_.cancel();
  // The supervisor is exiting (its socket closes near the end of exit), so waitpid() hardly blocks.
  while (::waitpid(supervisor_, nullptr, 0) < 0 && errno == EINTR) {
  }
  patience_.expires_after(limits_.held_open);
  patience_.async_wait([self = shared_from_this()](const asio::error_code& ec) {
    if (!ec) self->finish();
  });
  finish_when_done();
}

void Execution::finish_when_done() {
  if (gone_ && !streams_[0].pipe.is_open() && !streams_[1].pipe.is_open()) finish();
}

void Execution::finish() {
  if (std::exchange(finished_, true)) return;
  patience_.cancel();
  close_streams();
  const Watcher watcher = std::exchange(watcher_, {});
  watcher.ended(outcome());
}

// A process that holds a stream open must not be ended by its next line.
void Execution::close_streams() {
  std::array<Descriptor, 2> held;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    auto& pipe = streams_[i].pipe;
    if (pipe.is_open()) held[i] = Descriptor(pipe.release());
  }
  if (held[0] || held[1]) drain_in_background(std::move(held));
}

TaskOutcome Execution::outcome() {
  TaskOutcome outcome;
  outcome.output = std::move(streams_[0].captured.kept);
  outcome.output_cut = streams_[0].captured.cut;
  outcome.errors = std::move(streams_[1].captured.kept);
  outcome.errors_cut = streams_[1].captured.cut;
  if (not_started_) {
    outcome.state = TaskState::refused;
    outcome.reason = describe_start_failure(program_, not_started_->number, not_started_->error);
    return outcome;
  }
  outcome.started = started_;
  outcome.ended = clock_.now();
  describe_end(outcome);
  if (left_behind_ > 0) {
    outcome.reason += fmt::format("; {} of its processes could not be killed", left_behind_);
  }
  return outcome;
}

void Execution::describe_end(TaskOutcome& outcome) const {
  if (!ended_) {
    outcome.state = why_.value_or(TaskState::lost);
    outcome.reason = why_ ? reason_ : "the process that watched over it was killed";
    return;
  }
  outcome.cpu_ms = ended_->cpu_us / 1000;
  outcome.peak_memory_kib = ended_->peak_memory_kib;
  const int status = ended_->number;
  if (WIFSIGNALED(status)) {
    outcome.signal = WTERMSIG(status);
    outcome.reason = fmt::format("it was ended by {}", signal_name(WTERMSIG(status)));
  } else {
    outcome.exit_code = WEXITSTATUS(status);
    if (*outcome.exit_code != 0)
      outcome.reason = fmt::format("it exited with {}", *outcome.exit_code);
  }
  outcome.state = outcome.reason.empty() ? TaskState::ok : TaskState::failed;
  if (why_) {
    outcome.state = *why_;
    outcome.reason = reason_;
  }
}

}  // namespace mega
