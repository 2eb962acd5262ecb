#include "base/result.h"

#include <stdexcept>

namespace mega {
namespace {

struct ErrcRow {
  Errc code;
  int exit_code;
  std::string_view kind;
};

// In the order of Errc, so that a code is its index.
constexpr ErrcRow rows[] = {
    {Errc::failed, 1, "failed"},
    {Errc::invalid_argument, 2, "invalid_argument"},
    {Errc::bad_envelope, 2, "bad_envelope"},
    {Errc::partly_failed, 3, "partly_failed"},
    {Errc::partly_unavailable, 4, "partly_unavailable"},
    {Errc::not_found, 7, "not_found"},
    {Errc::unknown_function, 7, "unknown_function"},
    {Errc::already_exists, 1, "already_exists"},
    {Errc::refused, 5, "refused"},
    {Errc::not_allowed, 6, "not_allowed"},
    {Errc::unavailable, 4, "unavailable"},
    {Errc::timed_out, 8, "timed_out"},
    {Errc::findings, 9, "findings"},
    {Errc::corrupt, 1, "corrupt"},
    {Errc::not_implemented, 1, "not_implemented"},
    {Errc::internal, 70, "internal"},
};

const ErrcRow& row_of(Errc code) { return rows[static_cast<std::size_t>(code)]; }

}  // namespace

int exit_code(Errc code) { return row_of(code).exit_code; }

std::string_view kind(Errc code) { return row_of(code).kind; }

Errc errc_from(std::string_view kind, int code) {
  for (const ErrcRow& row : rows) {
    if (row.kind == kind) return row.code;
  }
  for (const ErrcRow& row : rows) {
    if (row.exit_code == code) return row.code;
  }
  return Errc::failed;
}

void throw_error(const Error& error) { throw std::runtime_error(error.message); }

Failure fail_with(Errc code, fmt::string_view format, fmt::format_args arguments) {
  return {{code, fmt::vformat(format, arguments)}};
}

}  // namespace mega
