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

// The form in which callers of 2014 get a result; functions themselves return only the data.
enum class Shape {
  data_and_code,  // (data, 0); failures (None, 2), (None, None), (None, -1)
  code,           // 0, whatever the data; failures 2, -1
  value,          // str(value): text raw, all else as a literal; failures send no bytes at all
  value_or_zero,  // as value, but 0 for not_found
};

// The payload for the legacy wire; nullopt: close without a byte. `style` without ascii and
// hide_terminator is `-o python`. `hidden`, if not null, is set to whether EOF in a raw text was
// replaced (the caller logs it).
std::optional<std::string> legacy_reply(const Result<Value>& result, Shape shape,
                                        PythonStyle style = {}, bool* hidden = nullptr);

// Appends the payload for our own dialect to `out`. `id` is the request's, 0 when it could not be
// read.
void write_reply(std::int64_t id, const Result<Value>& result, std::string& out);
std::string our_reply(std::int64_t id, const Result<Value>& result);

struct Reply;

// Receives the reply; called once, from any thread. nullopt: close without a byte.
using TakeReply = std::function<void(std::optional<Reply>)>;

// The answer to one request: a payload and, for a large answer, a function that returns one further
// payload per call, then nullopt.
struct Reply {
  std::string payload;
  std::function<std::optional<std::string>()> rest{};
  // Set: the payload comes later, and no worker waits for it. Called once with the receiver.
  std::function<void(TakeReply)> later{};

  Reply(std::string whole) : payload(std::move(whole)) {}  // NOLINT: most answers are one payload
};

// One message of our own dialect that is an answer: it has CODE, or MORE for a part.
struct Answer {
  std::int64_t id = 0;  // 0: the request's ID could not be read
  bool more = false;    // a part: further messages of this id follow, their RESULTs concatenate
  Result<Value> result = Value();
  std::vector<std::string> columns{};  // of Rows without rows, whose RESULT has none
};

// Errors: corrupt when the payload is no answer of our dialect.
Result<Answer> parse_reply(std::string_view payload);

// The meaning of a legacy server's payload:
//
//   False                               unknown_function
//   -1                                  failed
//   (data, 0)                           data
//   (None, 2)                           invalid_argument
//   (None, None)                        not_found
//   (None, other integer), (data, -1)   failed
//   any other literal                   that value; a tuple may be a status and its output
//   text that is no literal             that text
//
// `shape` is the function's when it is known. With Shape::code, 2 is invalid_argument, None is
// not_found and any other integer but 0 is failed.
Result<Value> parse_legacy_reply(std::string_view payload,
                                 std::optional<Shape> shape = std::nullopt);

}  // namespace mega
