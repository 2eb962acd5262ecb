// Questions: the requests that we sent on one connection and that are not answered yet.
#pragma once

#include "base/result.h"
#include "net/streamed_answer.h"
#include "value/value.h"
#include "wire/reply.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace mega {

// Io thread only. The functions of an answer are called on the io thread and must not block; until
// they return, nothing more is read from the answering peer.
class Questions {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // `until`: the time-out; nullopt: as long as the connection lasts.
  void open(std::int64_t id, StreamedAnswer awaited, std::optional<Moment> until = std::nullopt);

  // Records an ID whose answer is to be ignored.
  void note_asked(std::int64_t id) { last_id_ = std::max(last_id_, id); }

  // Delivers an answer of the peer. False: no open question has that ID.
  bool take(Answer answer);

  // Ends the question with the error `why`, if it is open.
  void end(std::int64_t id, const Error& why);
  void end_all(const Error& why);

  // Ends with timed_out each question whose time-out has passed.
  void give_up(Moment now);

  bool empty() const { return open_.empty(); }
  // The highest ID so far. Answers without an open question are late up to this ID, and unsolicited
  // above it.
  std::int64_t last_id() const { return last_id_; }

 private:
  struct Question {
    StreamedAnswer awaited;
    std::optional<Moment> until;
  };

  std::map<std::int64_t, Question> open_;
  std::int64_t last_id_ = 0;
};

}  // namespace mega
