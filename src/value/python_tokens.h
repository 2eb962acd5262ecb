// Tells, while the bytes of a Python literal arrive, whether what has come is one whole literal.
//
// For frames whose header may lie: a message is over when its literal is. The scan is lexical
// (strings closed, brackets balanced, one thing at the top), so what it calls whole may still be
// refused by parse_python, but text that parse_python takes is always whole here.
//
// The strings of Python literals: quotes, prefixes, escapes, pieces that join. Part of
// parse_python, whose header says what becomes of bytes and code points.
//
// The numbers of Python literals: 17, 0x1f, 0o17, 017 (octal, as in Python 2), 3306L,
// 1_000, 1.5e-7.
#pragma once

#include "base/result.h"
#include "value/python.h"
#include "value/value.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Feeding n bytes in any segments costs O(n) in all and allocates nothing. What follows the
// literal (a terminator) must not be fed, or it counts as part of the text. Not thread-safe.
class LiteralScanner {
 public:
  void feed(std::string_view bytes);

  // All that was fed is one literal, white space and comments around it.
  bool whole() const;

  // No bytes that may follow can make it one literal. Stays so.
  bool impossible() const { return state_ == State::impossible; }

 private:
  enum class State {
    between,  // no token is open
    word,     // True, None, set, or what stands before a quote: u, b, ur
    number,   // from its first digit or point
    opened,   // one quote has come: a string, or the first of three
    empty,    // two quotes have come: an empty string, or two of three
    string,   // inside quotes
    escaped,  // behind a backslash
    closing,  // one or two of the three quotes that may close it
    comment,  // to the end of the line
    impossible,
  };
  // What stands at the top, outside of all brackets.
  enum class Top { nothing, sign, strings, set_word, thing };

  void take(char c);
  void between(char c);
  void word(char c);
  void begin_string(char quote);
  void open(char bracket);
  void close(char bracket);
  void end_word();
  void refuse() { state_ = State::impossible; }
  std::string_view word_text() const { return {word_.data(), word_size_}; }

  State state_ = State::between;
  Top top_ = Top::nothing;
  char quote_ = 0;
  bool triple_ = false;
  int closing_quotes_ = 0;
  char number_last_ = 0;
  int depth_ = 0;
  std::size_t word_size_ = 0;
  std::array<char, 8> word_{};                    // longer ones are no words of literals
  std::array<char, value_depth_max> brackets_{};  // the closing ones that are waited for
};

// Why a reader stops, and at which byte of the text.
struct Refusal {
  std::size_t at;
  std::string message;
};

// White space and comments from `at` on.
std::size_t skip_python_blanks(std::string_view text, std::size_t at);

// A quote stands at `at`, with a prefix of Python 2 or 3 before it or none.
bool is_python_text(std::string_view text, std::size_t at);

// Reads the string at `at` and those that join it, and sets `at` behind them. Text, or Bytes.
// Requires is_python_text(text, at).
std::optional<Refusal> read_python_text(std::string_view text, std::size_t& at, Value& into);

// What at the start of `text` belongs to one number, or to what would like to be one: 12ab is one.
std::string_view python_number_token(std::string_view text);

// Errors: invalid_argument for what is no number, complex ones, and integers that are too long.
Result<Value> read_python_number(std::string_view token, bool negative);

}  // namespace mega
