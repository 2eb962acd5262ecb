// Messages of our own dialect before they are read whole: whose turn it is, and what the two ends
// of a kept connection say to each other themselves. docs/PROTOCOL.md, "Asking both ways".
//
//   {"ID":9,"VALUE":"attend"}   from an agent: it answers requests on this connection from now on
//   {"ID":9,"VALUE":"ping"}     from either end: are you there
//
// Both are answered with RESULT null by the connection itself; no function is called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

// Whether the payload answers a request: CODE or MORE stands in it before any VALUE. Looks at the
// outermost keys only, and no further than it must; whether the rest makes sense shows in
// parse_reply.
bool is_answer(std::string_view payload);

// VALUE of the two; no function of a server or an agent may have these names.
inline constexpr std::string_view attend_function = "attend";
inline constexpr std::string_view ping_function = "ping";

enum class Courtesy { none, attend, ping };

// What kind of such a request the payload is, and its ID.
struct CourtesyRequest {
  Courtesy kind = Courtesy::none;
  std::int64_t id = 0;
};
CourtesyRequest read_courtesy(std::string_view payload);

std::string write_courtesy(const CourtesyRequest& request);  // a payload

}  // namespace mega
