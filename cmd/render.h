// An answer as text: what `-o table|json|yaml|csv|python|raw` prints.
//
//   table, csv   its rows
//   json, yaml   the data alone, with its types
//   python       the whole answer as the legacy dialect would give it, UTF-8 as it is
//   raw          the payload's bytes
#pragma once

#include "base/result.h"
#include "net/client.h"

#include <string>
#include <string_view>

namespace mega {

class ArgumentParser;

enum class Format { table, json, yaml, csv, python, raw };

// The flag -o, --output. Keep it in the command's flags.
class FormatFlag {
 public:
  void declare(ArgumentParser& parser);

  // What was asked for; else a table on a terminal and `on_pipe` on a pipe.
  // Errors: invalid_argument with a did-you-mean.
  Result<Format> format(Format on_pipe) const;

 private:
  std::string text_;
};

Result<Format> parse_format(std::string_view text);

// Data as text that ends in a newline. Requires: format is neither python nor raw, which are about
// whole answers. `lines`: JSON without line breaks, for one answer a line.
std::string render(const Value& data, Format format, bool lines = false);

// Sends the request and renders its answer. `lines` as above, and raw payloads end in a newline.
// Errors: those of Asker::exchange, and the failure that the server sent.
Result<std::string> ask_and_render(Asker& asker, Envelope request, Format format,
                                   bool lines = false);

}  // namespace mega
