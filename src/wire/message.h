// Classifies messages of our own dialect before they are parsed: answers, requests, and the two
// requests that a kept connection handles itself. docs/PROTOCOL.md, "Asking both ways".
//
//   {"ID":9,"VALUE":"attend"}   from an agent: it answers requests on this connection from now on
//   {"ID":9,"VALUE":"ping"}     from either end: checks that the other end is alive
//
// The connection itself answers both with RESULT null; no function is called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

// Whether the payload is an answer: CODE or MORE comes before any VALUE. Scans only the outermost
// keys, and only as far as needed; parse_reply() checks the rest.
bool is_answer(std::string_view payload);

// VALUE of the two requests; no function of a server or an agent may have these names.
inline constexpr std::string_view attend_function = "attend";
inline constexpr std::string_view ping_function = "ping";

enum class Courtesy { none, attend, ping };

// The kind of such a request, and its ID.
struct CourtesyRequest {
  Courtesy kind = Courtesy::none;
  std::int64_t id = 0;
};
CourtesyRequest read_courtesy(std::string_view payload);

std::string write_courtesy(const CourtesyRequest& request);  // a payload

}  // namespace mega
