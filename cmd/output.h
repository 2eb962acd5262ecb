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
  bool terminal = false;

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

// The text with all control characters but newlines and tabs, and bytes that are not UTF-8, escaped:
// text that others wrote does not control a terminal.
std::string escape_for_terminal(std::string_view text);

// Writes to standard output, escaped for a terminal if it is one. A closed pipe is not an error:
// further text is dropped, but the command goes on. Errors: failed, for a full disk and the like.
Result<void> write_output(std::string_view text);

// The same, never escaped: for text with escapes of TextStyle, whose other parts are escaped.
Result<void> write_styled(std::string_view text);

// Flushes the buffer of stdio; the last call in main(). Errors: as write_output().
Result<void> flush_output();

// `mega: sentence` on standard error, escaped for a terminal if it is one. Ignores errors: the exit
// code remains.
void print_error(const Error& error);
void print_warning(std::string_view sentence);

// A line on standard error, escaped in the same way.
void print_note(std::string_view text);

// A line on standard error that is never escaped: as write_styled().
void print_styled_note(std::string_view text);

// One stream of text that arrives in pieces, written to standard output or error as it comes. On a
// terminal the bytes of an incomplete character wait for the next piece. Ignores errors.
class PieceWriter {
 public:
  explicit PieceWriter(std::FILE* stream) : stream_(stream), escapes_(is_terminal(stream)) {}

  void write(std::string_view piece);

  // Bytes of the pieces that are not written yet.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  std::FILE* stream_;
  bool escapes_;
  std::string waiting_;
};

}  // namespace mega
