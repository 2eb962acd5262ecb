// Questions: what was asked on one connection and is not answered yet.
#pragma once

#include "base/result.h"
#include "value/value.h"
#include "wire/reply.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace mega {

// What hears the answer. Both are called on the io thread and must not block; while they run,
// nothing more is read from who answers.
struct Awaited {
  std::function<void(Value part)> part = {};   // each part, in order; may be empty
  std::function<void(Result<Value> end)> end;  // once: the end of the answer, or why there is none
};

// Io thread only.
class Questions {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // `until`: time-out of the question; nullopt: as long as the connection lasts.
  void open(std::int64_t id, Awaited awaited, std::optional<Moment> until = std::nullopt);

  // An ID whose answer is no longer wanted.
  void note_asked(std::int64_t id) { last_id_ = std::max(last_id_, id); }

  // Hands over what the peer said. False: nothing of that ID is open.
  bool take(Answer answer);

  // Ends the question without an answer, if it is open.
  void end(std::int64_t id, const Error& why);
  void end_all(const Error& why);

  // Ends the questions whose time-out has passed with timed_out.
  void give_up(Moment now);

  bool empty() const { return open_.empty(); }
  // The highest ID so far: what comes for those below is late, above it was never asked for.
  std::int64_t last_id() const { return last_id_; }

 private:
  struct Question {
    Awaited awaited;
    std::optional<Moment> until;
  };

  std::map<std::int64_t, Question> open_;
  std::int64_t last_id_ = 0;
};

}  // namespace mega
