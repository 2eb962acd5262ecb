// Envelopes: requests, with function, arguments, target and time. docs/PROTOCOL.md, "Envelope".
//
//   legacy  {'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': "stat=1", 'VALUE': 'get_all_instance', 'TIME': 0,
//            'TYPE': 0, 'CYCLE': 0}
//   ours    {"ID":7,"HEAD":"MEGA","VALUE":"get_server","ARGS":{"ip":"10.0.0.1"}}
//
// A payload that opens with {" is of our dialect, any other is Python's. Falsy values travel as 0;
// absent keys have the sender's defaults; unknown keys are ignored.
#pragma once

#include "base/result.h"
#include "value/python.h"
#include "value/value.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

enum class Dialect { ours, legacy };

// Ignores white space around the opening brace.
Dialect dialect_of(std::string_view payload);

inline constexpr std::int64_t request_id_max = (std::int64_t{1} << 53) - 1;  // what JSON can carry

struct Envelope {
  std::int64_t id = 0;    // ID: 1 to request_id_max on our dialect, 0 on the legacy one
  std::string function;   // VALUE: the function, or for TYPE 1 and on 1105 a script's file name
  Value args;             // ARGS: none, text (the seed's), map or list; legacy: none or text.
                          // The text may be no UTF-8: senders of 2014 use any encoding
  std::int64_t type = 0;  // TYPE: 0 on the server, 1 on the hosts in target
  std::string time;       // TIME: empty: now; else as received
  std::string cycle;      // CYCLE: empty: none; numbers as text
  Value target;           // TARGET: none, text or a list of text
  bool tool = false;      // TOOL: its presence admits internal calls on the legacy dialect
  std::string as;         // AS (ours only): "python": RESULT is the text that the legacy
                          // dialect would carry
  // With TIME; ours only. Empty: not given.
  std::string zone;      // ZONE: the time zone of TIME and CYCLE, "Europe/Berlin"
  std::string catch_up;  // CATCH_UP: once or skip
  std::string overlap;   // OVERLAP: refuse or queue

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

// `id`, if not null, gets the payload's ID even when the rest is refused, so that the failure can
// carry it; 0 when no ID can be read.
// Errors: bad_envelope when the payload is no literal or JSON, or no map, HEAD is not MEGA (in any
// case), VALUE is missing, or a key has a value of an impossible kind; on our dialect also when ID
// is missing or out of range.
Result<Envelope> parse_envelope(std::string_view payload, std::int64_t* id = nullptr);

// Returns the payload. Legacy: keys in the order of 2014 senders, ARGS that are a map or a list as
// the seed's text. Ours: without the keys that have their default.
std::string write_envelope(const Envelope& envelope, Dialect dialect);

// Converts ARGS (text, map or list) to the arguments of a call.
// Errors: invalid_argument, with a caret under the place in text; also for more than
// call_arguments_max arguments.
Result<CallArguments> call_arguments(const Envelope& envelope);

}  // namespace mega
