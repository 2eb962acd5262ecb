// Result<T>: a value, or the reason there is none.
//
// Whatever can fail for a reason outside the program (a peer, a disk, a database, a user) returns
// a Result. A mistake inside the program is an assert. Nothing that returns Result throws.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace mega {

// What a caller can do about it; the message is for people. result.cc has the one table of what
// each is as an exit code (spec: 0 done, 1 failed, 2 usage, ...) and as KIND on the wire.
enum class Errc {
  failed,              // it was tried and did not work
  invalid_argument,    // ask differently
  bad_envelope,        // the request itself makes no sense
  partly_failed,       // some targets failed
  partly_unavailable,  // some targets could not be reached
  not_found,
  unknown_function,
  already_exists,
  refused,      // a safety check says no
  not_allowed,  // the caller may not
  unavailable,  // a peer or a database is not there now; try again later
  timed_out,    // the work may go on
  findings,     // a check found something
  corrupt,      // bytes or rows that break their own format
  not_implemented,
  internal,  // a bug in mega
};

// The process's exit code for it, which is also CODE on our own dialect: 1 to 9, or 70.
int exit_code(Errc code);

// Its name on the wire: "invalid_argument".
std::string_view kind(Errc code);

// The Errc of a failure that a peer sent: by its KIND when we know that, else by its CODE, else
// failed.
Errc errc_from(std::string_view kind, int code);

struct Error {
  Errc code;
  std::string
      message;  // a sentence without a full stop; may have a second line with a caret under a place
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(tl::expected<T, Error> other) : tl::expected<T, Error>(std::move(other)) {}
};

// return fail(Errc::not_found, "no server {}", ip);
template <class... A>
auto fail(Errc code, fmt::format_string<A...> format, A&&... args) {
  return tl::unexpected(Error{code, fmt::format(format, std::forward<A>(args)...)});
}

// Passes an error up: if (!rows) return fail(rows.error());
inline auto fail(Error error) { return tl::unexpected(std::move(error)); }

}  // namespace mega
