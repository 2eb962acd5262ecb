#include "cmd/tasks/task_follow.h"

#include "cmd/local_server.h"
#include "cmd/tasks/interrupt.h"

#include "base/text.h"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <thread>

namespace mega {
namespace {

// The bytes of a text, or of one that is no UTF-8; empty for any other value.
const std::string& bytes_in(const Value& value) {
  static const std::string none;
  if (const auto* text = value.as<std::string>()) return *text;
  const auto* bytes = value.as<Bytes>();
  return bytes ? bytes->data : none;
}

using std::chrono::milliseconds;

// How long the server may wait for news; Ctrl-C takes effect in between.
constexpr std::int64_t wait_s = 1;
// The longest pause between two questions: limits how often the progress line changes.
constexpr milliseconds pause_max{100};
constexpr int answer_poll_ms = 100;

const Map* map_at(const Value& value, std::string_view name) {
  const auto* map = value.as<Map>();
  const Value* found = map ? map->find(name) : nullptr;
  return found ? found->as<Map>() : nullptr;
}

// A progress line on a terminal; each text overwrites the previous one.
class ProgressLine {
 public:
  ~ProgressLine() { clear(); }

  // Shows nothing while `away`: the cursor is in an unfinished line of other output.
  void stay_away(bool away) { away_ = away; }

  void show(const std::string& text) {
    if (!wanted_ || away_ || text == shown_) return;
    fmt::print(stderr, "\r\x1b[K{}", text.substr(0, static_cast<std::size_t>(columns_ - 1)));
    std::fflush(stderr);
    shown_ = text;
  }
  void clear() {
    if (shown_.empty()) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    shown_.clear();
  }

 private:
  const bool wanted_ = is_terminal(stderr);
  const int columns_ = style_of(stderr).columns;
  bool away_ = false;
  std::string shown_;
};

class Follower {
 public:
  Follower(Asker& asker, std::int64_t task, LiveOutput live)
      : asker_(asker), task_(task), live_(live) {}

  Result<Followed> follow() {
    const Interrupts interrupts;
    for (milliseconds pause{5}; !ended_; pause = std::min(pause * 2, pause_max)) {
      if (Interrupts::take()) {
        if (auto decided = decide(); !decided) return fail(decided.error());
      }
      if (auto heard = hear_news(); !heard) return fail(heard.error());
      if (!ended_) std::this_thread::sleep_for(pause);
    }
    line_.clear();
    auto targets = ask("get_task_targets", {.named = {{"task_id", task_}}});
    if (!targets) return fail(targets.error());
    auto ends = target_ends(*targets);
    if (!ends) return fail(ends.error());
    if (live_ == LiveOutput::marked) show_rest(*ends);
    followed_.printed_out -= out_.waiting();
    followed_.printed_err -= err_.waiting();
    followed_.ends = *std::move(ends);
    followed_.targets = *std::move(targets);
    return std::move(followed_);
  }

 private:
  Error goes_on(std::string_view why) const {
    return {Errc::timed_out,
            fmt::format("{}; task {} goes on: mega task show {}", why, task_, task_)};
  }

  Result<Value> ask(std::string_view function, const CallArguments& arguments) {
    auto answer = asker_.ask(call_of(function, arguments));
    if (!answer && answer.error().code == Errc::unavailable) {
      return fail(goes_on(answer.error().message));
    }
    return answer;
  }

  Result<void> hear_news() {
    const auto news =
        ask("wait_task", {.named = {{"task_id", task_}, {"since", since_}, {"wait_s", wait_s}}});
    if (!news) return fail(news.error());
    const Map* task = map_at(*news, "task");
    const Value* next = news->as<Map>() ? news->as<Map>()->find(std::string_view("next")) : nullptr;
    if (!task || !next || !next->as<std::int64_t>()) {
      return fail(Errc::corrupt, "the server told no news of task {}", task_);
    }
    since_ = *next->as<std::int64_t>();
    show(*news->as<Map>());
    const Value* left = news->as<Map>()->find(std::string_view("left"));
    const auto* named = left ? left->as<List>() : nullptr;
    line_.show(progress(*task, named ? *named : List()));
    const Value* state = task->find(std::string_view("state"));
    ended_ = !state || *state != Value("running");
    return {};
  }

  void show(const Map& news) {
    if (live_ == LiveOutput::none) return;
    const Value* skipped = news.find(std::string_view("skipped"));
    if (skipped && *skipped == Value(true)) followed_.gaps = true;
    if (followed_.gaps) return;  // the rest follows at the end
    const Value* output = news.find(std::string_view("output"));
    const auto* pieces = output ? output->as<List>() : nullptr;
    if (!pieces || pieces->empty()) return;
    line_.clear();
    for (const Value& piece : *pieces) show_piece(piece);
    std::fflush(stdout);
  }

  void show_piece(const Value& piece) {
    const auto* items = piece.as<List>();
    if (!items || items->size() != 3) return;
    const std::string& host = bytes_in((*items)[0]);
    const bool is_error = (*items)[1] == Value("err");
    const std::string& printed = bytes_in((*items)[2]);
    if (printed.empty() || (live_ == LiveOutput::whole && followed_.gaps)) return;
    if (live_ == LiveOutput::marked) return show_marked(host, is_error, printed);
    (is_error ? followed_.printed_err : followed_.printed_out) += printed.size();
    (is_error ? err_ : out_).write(printed);
    if (is_terminal(is_error ? stderr : stdout)) line_.stay_away(!printed.ends_with('\n'));
  }

  // Prints only whole lines, because the outputs of several hosts are interleaved.
  void show_marked(const std::string& host, bool is_error, const std::string& text) {
    marked_[{host, is_error}] += text.size();
    std::string& line = unfinished_[{host, is_error}];
    for (const char c : text) {
      if (c != '\n') {
        line += c;
        continue;
      }
      print_marked(host, is_error, line);
      line.clear();
    }
  }

  static void print_marked(const std::string& host, bool is_error, const std::string& line) {
    std::FILE* const stream = is_error ? stderr : stdout;
    // A file or program gets what the script has printed, a terminal no escapes.
    fmt::print(stream, "{}: {}\n", one_line(host), is_terminal(stream) ? one_line(line) : line);
  }

  // Prints the output that arrived after the last news, or after a gap in the news: each host's
  // output was printed up to there, and the outcomes contain all of it.
  void show_rest(const std::vector<TargetEnd>& ends) {
    for (const TargetEnd& end : ends) {
      for (const bool is_error : {false, true}) {
        const std::string& whole = is_error ? end.errors : end.output;
        const std::size_t printed = marked_[{end.host, is_error}];
        if (printed < whole.size()) {
          show_marked(end.host, is_error, whole.substr(printed));
        }
      }
    }
    flush_marked();
  }

  void flush_marked() {
    for (const auto& [from, line] : unfinished_) {
      if (!line.empty()) print_marked(from.first, from.second, line);
    }
    std::fflush(stdout);
  }

  // Waits for a line on standard input; false on another Ctrl-C, which leaves.
  static bool has_answer() {
    pollfd answer{STDIN_FILENO, POLLIN, 0};
    for (;;) {
      // poll() with a time-out: a signal just before it would not interrupt it.
      const int ready = ::poll(&answer, 1, answer_poll_ms);
      if (Interrupts::take()) {
        fmt::print(stderr, "\n");
        return false;
      }
      if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    }
  }

  // Handles Ctrl-C: asks whether to cancel; leaves the task running when there is no terminal.
  Result<void> decide() {
    line_.clear();
    if (!is_terminal(stdin) || !is_terminal(stderr)) return fail(goes_on("interrupted"));
    fmt::print(stderr,
               "\nTask {} goes on. c cancels it, l leaves it running, Enter waits on: ", task_);
    std::fflush(stderr);
    std::string answer;
    if (!has_answer() || !std::getline(std::cin, answer) || answer.starts_with('l')) {
      return fail(goes_on("left"));
    }
    if (!answer.starts_with('c')) return {};
    const auto cancelled = ask("cancel_task", {.named = {{"task_id", task_}}});
    if (!cancelled && cancelled.error().code != Errc::refused) return fail(cancelled.error());
    return {};
  }

  Asker& asker_;
  const std::int64_t task_;
  const LiveOutput live_;
  std::int64_t since_ = 0;
  bool ended_ = false;
  ProgressLine line_;
  using From = std::pair<std::string, bool>;  // host, and true for standard error
  std::map<From, std::string> unfinished_;    // the incomplete line
  std::map<From, std::size_t> marked_;        // bytes received
  PieceWriter out_{stdout}, err_{stderr};     // with LiveOutput::whole
  Followed followed_;
};

}  // namespace

Result<Followed> follow_task(Asker& asker, std::int64_t task, LiveOutput live) {
  return Follower(asker, task, live).follow();
}

}  // namespace mega
