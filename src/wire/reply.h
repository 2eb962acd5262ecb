// Replies: a function's result or error, as each dialect carries it. docs/PROTOCOL.md, "Answers"
// and "Failures".
//
//   ours     {"ID":7,"CODE":0,"RESULT":...}
//            {"ID":7,"CODE":0,"COLUMNS":["ip","name"],"RESULT":[]}   rows, of which there are none
//            {"ID":7,"CODE":2,"KIND":"invalid_argument","ERROR":"a sentence"}
//   legacy   Python's str() of (data, code), of a code, or of the value: by the function's Shape
#pragma once

#include "base/result.h"
#include "value/python.h"
#include "value/value.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mega {

// What callers of 2014 get from a function; functions themselves only return the data.
enum class Shape {
  data_and_code,  // (data, 0); failures (None, 2), (None, None), (None, -1)
  code,           // 0, whatever the data; failures 2, None, -1
  value,          // str(value): text raw, all else as a literal; failures are no bytes at all
};

// The payload for the legacy wire; nullopt: close without a byte. `style` without ascii and
// hide_terminator is `-o python`. `hidden`, when given, tells that a raw text held EOF and was
// changed (to be logged by who knows the function).
std::optional<std::string> legacy_reply(const Result<Value>& result, Shape shape,
                                        PythonStyle style = {}, bool* hidden = nullptr);

// The payload for our own dialect, appended to `out`. `id` is the request's, 0 when it could not be
// read.
void write_reply(std::int64_t id, const Result<Value>& result, std::string& out);
std::string our_reply(std::int64_t id, const Result<Value>& result);

struct Reply;

// Takes the reply, once; nullopt: close without a byte. May be called from any thread.
using TakeReply = std::function<void(std::optional<Reply>)>;

// What answers one request: a payload, and, when the answer is large, what writes the further ones,
// one a call, until it gives nullopt.
struct Reply {
  std::string payload;
  std::function<std::optional<std::string>()> rest{};
  // Set: there is no payload yet, so that no worker waits for it. Called once with what takes it.
  std::function<void(TakeReply)> later{};

  Reply(std::string whole) : payload(std::move(whole)) {}  // NOLINT: an answer is mostly that
};

// One message of our own dialect that is an answer: it has CODE, or MORE for a part.
struct Answer {
  std::int64_t id = 0;  // 0: the request's ID could not be read
  bool more = false;    // a part: further messages of this id follow, their RESULTs concatenate
  Result<Value> result = Value();
  std::vector<std::string> columns{};  // of rows, when RESULT has none to tell
};

// Errors: corrupt when the payload is no answer of our dialect.
Result<Answer> parse_reply(std::string_view payload);

// What a legacy server's payload means: False -> unknown_function, -1 -> failed, (data, 0) -> data,
// (None, 2) -> invalid_argument, (None, None) -> not_found, (None, any other integer) -> failed;
// any other literal -> that value, for a tuple may as well be a status and its output; text that is
// no literal -> that text. `shape` is the function's when it is known: of one that answers a code,
// 2 -> invalid_argument, None -> not_found, any other integer but 0 -> failed.
Result<Value> parse_legacy_reply(std::string_view payload,
                                 std::optional<Shape> shape = std::nullopt);

}  // namespace mega
