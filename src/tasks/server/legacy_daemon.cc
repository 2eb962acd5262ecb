#include "tasks/server/legacy_daemon.h"

#include "api/kinds.h"
#include "base/host.h"
#include "base/text.h"
#include "base/utf8.h"
#include "net/blocking_socket.h"
#include "tasks/format/order.h"
#include "wire/envelope.h"
#include "wire/legacy_frame.h"
#include "wire/reply.h"

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds connect_max{5000};
constexpr milliseconds usual_time_limit{std::chrono::hours(1)};
constexpr milliseconds look_around_every{200};

TaskOutcome ended(TaskState state, std::string reason) {
  return {.state = state, .reason = std::move(reason)};
}

// Always names the interpreter: daemons of 2014 do not derive it from the file name.
Envelope envelope_of(const TaskOrder& order) {
  Envelope envelope{.function = order.script, .target = Value(interpreter_of(order))};
  if (!order.args.empty()) envelope.args = Value(legacy_argument(order));
  return envelope;
}

struct ReceivedAnswer {
  std::string payload;  // empty: the daemon closed the connection without one
  bool cut = false;
};

// The daemon's answer, as one literal also if its output was cut.
Result<ReceivedAnswer> receive_answer(BlockingSocket& socket, std::size_t bytes_max,
                                      milliseconds limit, const std::atomic<bool>& stop) {
  LegacyFrameReader frames(bytes_max);
  std::vector<char> chunk(16 << 10);
  const auto until = steady_clock::now() + limit;
  for (;;) {
    auto answer = frames.next();
    if (!answer && frames.held() > bytes_max) {
      return ReceivedAnswer{closed_answer(frames.payload_so_far()), true};
    }
    if (!answer) return fail(answer.error());
    if (*answer) return ReceivedAnswer{**std::move(answer)};
    if (stop) return fail(Errc::unavailable, "the server was stopped before it answered");
    const auto now = steady_clock::now();
    if (now >= until) return fail(Errc::timed_out, "it did not answer in time");
    const auto bytes =
        socket.receive(chunk.data(), chunk.size(), std::min(now + look_around_every, until));
    if (!bytes && bytes.error().code == Errc::timed_out) continue;
    if (!bytes) return fail(bytes.error());
    if (*bytes > 0) {
      frames.feed({chunk.data(), *bytes});
    } else if (frames.empty()) {
      return ReceivedAnswer{};
    } else {
      auto last = frames.finish();
      if (!last) return fail(last.error());
      return ReceivedAnswer{*std::move(last)};
    }
  }
}

std::string text_of(const Value& value) {
  if (const auto* text = value.as<std::string>()) return *text;
  if (const auto* bytes = value.as<Bytes>()) return bytes->data;
  return to_python(value);
}

TaskOutcome outcome_of_status(std::int64_t status, std::string output) {
  TaskOutcome outcome{.state = TaskState::ok, .output = std::move(output)};
  const int wait_status = static_cast<int>(status);
  if (WIFSIGNALED(wait_status)) {
    outcome.state = TaskState::failed;
    outcome.signal = WTERMSIG(wait_status);
    outcome.reason = fmt::format("ended by signal {}", *outcome.signal);
    return outcome;
  }
  outcome.exit_code = WEXITSTATUS(wait_status);
  if (*outcome.exit_code == 0) return outcome;
  outcome.state = TaskState::failed;
  outcome.reason = fmt::format("exit code {}", *outcome.exit_code);
  return outcome;
}

class DialJob : public Job {
 public:
  DialJob(TaskHost host, TaskOrder order, const Clock& clock, const std::atomic<bool>& stop,
          std::function<void(TaskOutcome)> ended)
      : host_(std::move(host)),
        order_(std::move(order)),
        clock_(clock),
        stop_(stop),
        ended_(std::move(ended)) {}

  void run() override {
    if (stop_) return;
    auto outcome = run_on_legacy_daemon(host_, order_, clock_, stop_);
    if (!stop_) ended_(std::move(outcome));
  }

 private:
  const TaskHost host_;
  const TaskOrder order_;
  const Clock& clock_;
  const std::atomic<bool>& stop_;
  const std::function<void(TaskOutcome)> ended_;
};

// Appends the byte so that a shell that reads `text` between double quotes gets it unchanged. In
// the locales GBK, Big5 and Shift-JIS a backslash behind a byte above 0x7f is the second half of a
// character: the quotes are closed and opened again between the two.
void append_for_shell(char c, std::string& text) {
  constexpr std::string_view read_in_double_quotes = "\\\"$`";
  if (read_in_double_quotes.find(c) != std::string_view::npos) {
    const bool behind_high = !text.empty() && static_cast<unsigned char>(text.back()) > 0x7f;
    text += behind_high ? R"(""\)" : R"(\)";
  }
  text += c;
}

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
         c == '_' || c == '+' || c == '-';
}

}  // namespace

std::string legacy_argument(const TaskOrder& order) {
  std::string text;
  const char* between = "";
  for (const std::string& arg : order.args) {
    text += std::exchange(between, " ");
    for (const char c : arg) append_for_shell(c, text);
  }
  // An empty ARGS travels as 0, which the script would get; quotes within quotes are empty, too.
  return text.empty() ? R"("")" : text;
}

Result<void> check_for_legacy(const TaskOrder& order) {
  const char* what = !order.command.empty()       ? "run a free command"
                     : order.input                ? "give a script an input"
                     : !order.user.empty()        ? "run as another user"
                     : !order.folder.empty()      ? "choose the working folder"
                     : !order.environment.empty() ? "set environment variables"
                     : order.nice != 0            ? "set a priority"
                                                  : nullptr;
  if (what) return fail(Errc::refused, "a daemon of 2014 cannot {}", what);
  if (std::ranges::all_of(order.script, is_plain)) return {};
  return fail(Errc::refused,
              "a daemon of 2014 gives the name {} to a shell: it may have letters, digits and "
              "\"._+-\" only",
              quoted(order.script));
}

std::string closed_answer(std::string_view beginning) {
  constexpr std::string_view quotes = "'\"";
  const std::size_t quote = beginning.find_first_of(quotes);
  if (quote == beginning.npos) return std::string(beginning);
  // No escape is cut: the longest, \xNN, has four bytes.
  constexpr std::size_t escape_bytes_max = 4;
  std::string_view text = beginning.substr(quote + 1);
  const auto slash = text.substr(text.size() - std::min(text.size(), escape_bytes_max)).find('\\');
  if (slash != text.npos) {
    text.remove_suffix(std::min(text.size(), escape_bytes_max) - slash);
    while (text.ends_with('\\')) text.remove_suffix(1);
  }
  return fmt::format("{}{}{})", beginning.substr(0, quote + 1), text, beginning[quote]);
}

Result<void> check_dialled(const TaskHost& host, const std::set<std::int64_t>& own_ports) {
  if (host.legacy_port == unconfirmed_port) {
    return fail(Errc::refused,
                "the server does not dial {}: its tag daemon was set neither by the admin nor "
                "within the networks of legacy.daemons",
                host.ip);
  }
  if (own_ports.contains(host.legacy_port) && is_this_host(unmapped(host.ip))) {
    return fail(Errc::refused, "{} port {} is this server's own door", host.ip, host.legacy_port);
  }
  return {};
}

TaskOutcome outcome_of_legacy_answer(const std::string& payload) {
  if (payload == "-1") return ended(TaskState::refused, "its daemon of 2014 refused the request");
  const auto answer = parse_python(payload);
  const auto* tuple = answer ? answer->as<Tuple>() : nullptr;
  const auto* status =
      tuple && tuple->items.size() == 2 ? tuple->items[0].as<std::int64_t>() : nullptr;
  if (!status) {
    return ended(TaskState::lost, "its daemon of 2014 answered no (status, output)");
  }
  return outcome_of_status(*status, text_of(tuple->items[1]));
}

TaskOutcome run_on_legacy_daemon(const TaskHost& host, const TaskOrder& order, const Clock& clock,
                                 const std::atomic<bool>& stop, std::size_t answer_bytes_max) {
  if (auto can = check_for_legacy(order); !can) {
    return ended(TaskState::refused, can.error().message);
  }
  const auto connected_until = steady_clock::now() + connect_max;
  auto socket = BlockingSocket::connect_tcp(host.ip, static_cast<std::uint16_t>(host.legacy_port),
                                            connected_until);
  if (!socket) return ended(TaskState::unreachable, socket.error().message);
  const Time started = clock.now();
  const std::string payload = write_envelope(envelope_of(order), Dialect::legacy);
  if (auto sent = socket->send(encode_legacy_frame(payload), connected_until); !sent) {
    return ended(TaskState::lost, sent.error().message);
  }
  if (over_declares(payload)) socket->end_sending();
  const milliseconds limit =
      order.time_limit_s > 0 ? milliseconds(order.time_limit_s * 1000) : usual_time_limit;
  const auto answer = receive_answer(*socket, answer_bytes_max, limit, stop);
  TaskOutcome outcome =
      !answer
          ? ended(answer.error().code == Errc::timed_out ? TaskState::timed_out : TaskState::lost,
                  answer.error().message)
      : answer->payload.empty()
          ? ended(TaskState::lost, "its daemon of 2014 closed without an answer")
          : outcome_of_legacy_answer(answer->payload);
  outcome.output_cut = answer && answer->cut;
  if (outcome.output_cut && !outcome.output.empty()) {  // its last character may lack its end
    outcome.output.resize(cut_utf8(outcome.output, outcome.output.size() - 1).size());
  }
  outcome.started = started;
  outcome.ended = clock.now();
  return outcome;
}

void LegacyDialler::dial(TaskHost host, TaskOrder order, std::function<void(TaskOutcome)> ended) {
  if (auto may = check_dialled(host, own_ports_); !may) {
    return ended({.state = TaskState::refused, .reason = may.error().message});
  }
  if (!workers_) workers_ = std::make_unique<Workers>(threads_);
  workers_->push(std::make_unique<DialJob>(std::move(host), std::move(order), clock_, stopping_,
                                           std::move(ended)));
}

void LegacyDialler::stop() {
  stopping_ = true;
  workers_.reset();
}

}  // namespace mega
