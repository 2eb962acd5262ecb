// The text of --help, made from what a command declared. The manual pages (manual.h) and the
// completion (completions.h) are made from the same declarations.
#pragma once

#include "cmd/command.h"
#include "cmd/output.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr const char* global_flags_group = "Common flags";

// Gives the parser the command's summary, detail and example, where help_page and manual find them.
void describe_parser(ArgumentParser& parser, const Command& command);

// "mega inventory export": the parser's name behind those of the commands above it.
std::string full_name(const ArgumentParser& parser);

// One flag or argument, as every form of the help shows it.
struct FlagText {
  std::string name;   // "-o, --output FORMAT", "FUNCTION"
  std::string about;  // a sentence without a full stop, with its default
};

// What the parser was described with, taken apart again.
struct CommandText {
  std::string name;                   // full_name
  std::string summary;                // one line
  std::vector<std::string> detail;    // paragraphs
  std::string usage;                  // "mega call [FLAGS] FUNCTION [ARGS...]"
  std::vector<FlagText> commands;     // below it
  std::vector<FlagText> arguments;    // in order
  std::vector<FlagText> flags;        // its own
  std::vector<FlagText> common;       // those of the group "Common flags"
  std::vector<std::string> examples;  // lines
};

CommandText describe_command(const ArgumentParser& parser);

std::string help_page(const ArgumentParser& parser, const TextStyle& style);

// `mega --help`: the commands and the global flags.
std::string overview_page(const TextStyle& style);

}  // namespace mega
