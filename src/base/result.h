// Result<T>: a value, or the reason there is none.
//
// A function that can fail for a reason outside the program (a peer, a disk, a database, a user)
// returns a Result. A mistake inside the program is an assert. A function that returns Result does
// not throw.
#pragma once

#include <fmt/core.h>

#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mega {

// The kind of a failure, for the caller's reaction; the message is for people. The one table in
// result.cc has the exit code of each (spec: 0 done, 1 failed, 2 usage, ...) and its KIND on the
// wire.
enum class Errc {
  failed,              // the operation was tried and did not work
  invalid_argument,    // a different argument may work
  bad_envelope,        // the request itself is malformed
  partly_failed,       // some targets failed
  partly_unavailable,  // some targets could not be reached
  not_found,
  unknown_function,
  already_exists,
  refused,      // a safety check forbids it
  not_allowed,  // the caller lacks the permission
  unavailable,  // a peer or a database cannot be reached now; try again later
  timed_out,    // the work may still be running
  findings,     // a check found something
  corrupt,      // bytes or rows that break their own format
  not_implemented,
  internal,  // a bug in mega
};

// The exit code of the process, which is also CODE on our own dialect: 1 to 9, or 70.
int exit_code(Errc code);

// KIND on the wire: "invalid_argument".
std::string_view kind(Errc code);

// The Errc of a failure that a peer sent: by its KIND when that is known, else by its CODE, else
// failed.
Errc errc_from(std::string_view kind, int code);

struct Error {
  Errc code;
  std::string
      message;  // a sentence without a full stop; may have a second line with a caret under a place
};

// Throws std::runtime_error with the error's message.
[[noreturn]] void throw_error(const Error& error);

// The result of fail(); converts to a Result of any type.
struct [[nodiscard]] Failure {
  Error error;
};

// The part of C++23's std::expected<T, Error> that is used here. Not tl::expected, which takes
// three times as long to compile: nearly every file instantiates this for several types.
template <class T>
class [[nodiscard]] Result {
 public:
  Result() requires std::is_default_constructible_v<T> : value_(), has_value_(true) {}
  template <class U = T>
  requires(!std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, Failure> && std::is_convertible_v<U, T>)
      Result(U&& value)
      : value_(std::forward<U>(value)), has_value_(true) {}
  Result(Failure failure) : error_(std::move(failure.error)), has_value_(false) {}

  Result(const Result& other) requires std::is_copy_constructible_v<T>
      : has_value_(other.has_value_) {
    if (has_value_)
      new (&value_) T(other.value_);
    else
      new (&error_) Error(other.error_);
  }
  Result(Result&& other) noexcept : has_value_(other.has_value_) {
    if (has_value_)
      new (&value_) T(std::move(other.value_));
    else
      new (&error_) Error(std::move(other.error_));
  }
  Result& operator=(Result other) noexcept {
    this->~Result();
    new (this) Result(std::move(other));
    return *this;
  }
  ~Result() {
    if (has_value_)
      value_.~T();
    else
      error_.~Error();
  }

  bool has_value() const { return has_value_; }
  explicit operator bool() const { return has_value_; }

  // Require has_value().
  T& operator*() & { return value_; }
  const T& operator*() const& { return value_; }
  T&& operator*() && { return std::move(value_); }
  T* operator->() { return &value_; }
  const T* operator->() const { return &value_; }

  // Throws when there is no value, so that a test fails there.
  const T& value() const& {
    if (!has_value_) throw_error(error_);
    return value_;
  }
  T&& value() && {
    if (!has_value_) throw_error(error_);
    return std::move(value_);
  }

  // Require !has_value().
  Error& error() & { return error_; }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

  template <class U>
  T value_or(U&& other) const& {
    return has_value_ ? value_ : static_cast<T>(std::forward<U>(other));
  }
  template <class U>
  T value_or(U&& other) && {
    return has_value_ ? std::move(value_) : static_cast<T>(std::forward<U>(other));
  }

  friend bool operator==(const Result& a, const T& b) { return a.has_value_ && a.value_ == b; }

 private:
  union {
    T value_;
    Error error_;
  };
  bool has_value_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Failure failure) : error_(std::move(failure.error)), has_value_(false) {}

  bool has_value() const { return has_value_; }
  explicit operator bool() const { return has_value_; }

  // Require !has_value().
  Error& error() & { return error_; }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  Error error_{};
  bool has_value_ = true;
};

// return fail(Errc::not_found, "no server {}", ip);
Failure fail_with(Errc code, fmt::string_view format, fmt::format_args arguments);
template <class... A>
Failure fail(Errc code, fmt::format_string<A...> format, A&&... arguments) {
  return fail_with(code, format, fmt::make_format_args(arguments...));
}

// Passes an error up: if (!rows) return fail(rows.error());
inline Failure fail(Error error) { return {std::move(error)}; }

}  // namespace mega
