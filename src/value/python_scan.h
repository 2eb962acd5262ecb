// Tells, while the bytes of a Python literal arrive, whether what has come is one whole literal.
//
// For frames whose header may lie: a message is over when its literal is. The scan is lexical
// (strings closed, brackets balanced, one thing at the top), so what it calls whole may still be
// refused by parse_python, but text that parse_python takes is always whole here.
#pragma once

#include "value/python.h"

#include <array>
#include <string_view>

namespace mega {

// Feeding n bytes in any segments costs O(n) in all and allocates nothing. What follows the
// literal (a terminator) must not be fed, or it counts as part of the text. Not thread-safe.
class LiteralScanner {
 public:
  void feed(std::string_view bytes);

  // All that was fed is one literal, white space and comments around it.
  bool whole() const;

  // At least the number of values in what was fed, keys counted.
  std::size_t values() const { return separators_ + 1; }

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
  std::size_t separators_ = 0;  // brackets, commas and colons outside of strings
  std::size_t word_size_ = 0;
  std::array<char, 8> word_{};                    // longer ones are no words of literals
  std::array<char, value_depth_max> brackets_{};  // the closing ones that are waited for
};

}  // namespace mega
