// Answers as text: the formats of `-o table|json|yaml|csv|python|raw`.
//
//   table, csv   the rows
//   json, yaml   only the data, with its types
//   python       the whole answer as in the legacy dialect, UTF-8 unescaped
//   raw          the payload's bytes
//
// On a terminal control characters in them are escaped: write with write_styled() (cmd/output.h).
#pragma once

#include "base/result.h"
#include "net/client.h"

#include <string>
#include <string_view>

namespace mega {

class ArgumentParser;

enum class Format { table, json, yaml, csv, python, raw };

// The flag -o, --output. Must outlive parsing: keep it in the command's flags.
class FormatFlag {
 public:
  // `on_pipe`: the form that the command gives to format().
  void declare(ArgumentParser& parser, Format on_pipe = Format::table);

  // The format given; else table on a terminal and `on_pipe` on a pipe. Errors: invalid_argument
  // with a did-you-mean.
  Result<Format> format(Format on_pipe) const;

 private:
  std::string text_;
};

Result<Format> parse_format(std::string_view text);

// Data as text that ends in a newline. Requires: format is neither python nor raw, which need a
// whole answer. `lines`: JSON without line breaks, for one answer per line.
std::string render(const Value& data, Format format, bool lines = false);

// Sends the request and renders its answer. `lines`: as above, and raw payloads end in a newline.
// Errors: those of Asker::exchange, and the error that the server answered.
Result<std::string> ask_and_render(Asker& asker, Envelope request, Format format,
                                   bool lines = false);

}  // namespace mega
