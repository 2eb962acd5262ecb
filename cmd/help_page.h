// The text of --help, generated from a command's declarations. Manual pages (manual.h) and
// completion (completions.h) use the same declarations.
#pragma once

#include "cmd/command.h"
#include "cmd/output.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr const char* global_flags_group = "Common flags";

// Sets the parser's summary, detail and example, which help_page() and the manual read.
void describe_parser(ArgumentParser& parser, const Command& command);

// "mega inventory export": the parser's name after those of its parent commands.
std::string full_name(const ArgumentParser& parser);

// One flag or argument, as shown in every form of the help.
struct FlagText {
  std::string name;   // "-o, --output FORMAT", "FUNCTION"
  std::string about;  // a sentence without a full stop, with its default
};

// The parts of a parser's description.
struct CommandText {
  std::string name;                   // full_name
  std::string summary;                // one line
  std::vector<std::string> detail;    // paragraphs
  std::string usage;                  // "mega call [FLAGS] FUNCTION [ARGS...]"
  std::vector<FlagText> commands;     // subcommands
  std::vector<FlagText> arguments;    // in order
  std::vector<FlagText> flags;        // its own ones
  std::vector<FlagText> common;       // the group "Common flags"
  std::vector<std::string> examples;  // lines
};

CommandText describe_command(const ArgumentParser& parser);

std::string help_page(const ArgumentParser& parser, const TextStyle& style);

// `mega --help`: the commands and the global flags.
std::string overview_page(const TextStyle& style);

}  // namespace mega
