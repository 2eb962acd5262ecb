// Standard output and standard error, for terminals and pipes.
#pragma once

#include "base/result.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace mega {

// Formatting allowed on one stream.
struct TextStyle {
  bool colour =
      false;         // escapes for bold and colour: a terminal, and neither NO_COLOR nor TERM=dumb
  int columns = 80;  // to wrap at

  std::string bold(std::string_view text) const { return dressed("1", text); }
  std::string red(std::string_view text) const { return dressed("31", text); }
  std::string green(std::string_view text) const { return dressed("32", text); }
  std::string yellow(std::string_view text) const { return dressed("33", text); }

 private:
  std::string dressed(std::string_view code, std::string_view text) const;
};

TextStyle style_of(std::FILE* stream);
bool is_terminal(std::FILE* stream);

// Opens 0, 1 and 2 on /dev/null where the caller closed them. Call it before anything is opened: a
// socket or a log with such a number would be written to as standard output or error.
void hold_standard_descriptors();

// Writes to standard output. A closed pipe is not an error: further text is dropped, but the
// command goes on. Errors: failed, for a full disk and the like.
Result<void> write_output(std::string_view text);

// Flushes the buffer of stdio; the last call in main(). Errors: as write_output().
Result<void> flush_output();

// `mega: sentence` on standard error.
void print_error(const Error& error);
void print_warning(std::string_view sentence);

// Writes text to standard error as it is. Ignores errors: the exit code remains.
void print_note(std::string_view text);

}  // namespace mega
