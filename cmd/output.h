// Standard output and standard error as people and pipes want them.
#pragma once

#include "base/result.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace mega {

// How text may be dressed for one stream.
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

// Fills 0, 1 and 2 where the caller closed them, before anything is opened: a socket or a log that
// got such a number would be written to as standard output or error.
void hold_standard_descriptors();

// Writes to standard output. A reader that has gone (a closed pipe) is no error: nobody wants the
// rest of the text, but the work that it tells of goes on. Errors: failed, for a full disk and the
// like.
Result<void> write_output(std::string_view text);

// Writes out what stdio still holds; the last thing that main() does. Errors as write_output.
Result<void> flush_output();

// `mega: sentence` on standard error.
void print_error(const Error& error);
void print_warning(std::string_view sentence);

// A line on standard error as it is. When that is closed or full, nothing can be done about it: the
// exit code still tells.
void print_note(std::string_view text);

}  // namespace mega
