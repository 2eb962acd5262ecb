// mega completion bash|zsh|fish
//
// Prints the script with which a shell completes commands, flags, functions and their arguments.
// The script calls `mega completion complete WORDS...`, a hidden command. It prints one line per
// candidate, text and description separated by a tab, and where a file name may stand ":files" and,
// behind the tab, the start of the word that precedes the file name: "--batch=".
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/completions.h"
#include "cmd/output.h"

#include <fmt/core.h>

#include <array>
#include <memory>

namespace mega {
namespace {

const std::array<std::string, 3> shells{"bash", "zsh", "fish"};

Result<void> print_script(const std::string& shell) {
  const std::string_view script = completion_script(shell);
  if (!script.empty()) return write_output(script);
  if (shell.empty()) {
    return fail(Errc::invalid_argument, "completion takes the name of a shell: {}",
                join_text(shells, ", "));
  }
  return fail(Errc::invalid_argument, "there is no completion for {}{}; it is one of {}",
              mega::quoted(shell), did_you_mean(shell, shells), join_text(shells, ", "));
}

// The scripts pass one word at least; "--" alone is not passed on by the parser.
Result<void> print_candidates(std::vector<std::string> words) {
  if (words.empty()) words.emplace_back("--");
  const Completion completion = complete(words);
  std::string out;
  for (const Candidate& candidate : completion.candidates) {
    out += fmt::format("{}\t{}\n", candidate.text, one_line(candidate.about));
  }
  if (completion.files) out += fmt::format(":files\t{}\n", completion.files_behind);
  return write_output(out);
}

const Registered<Command> command{{
    .name = "completion",
    .summary = "Print the completion script of a shell",
    .example = "eval \"$(mega completion bash)\"\n"
               "mega completion zsh > /usr/local/share/zsh/site-functions/_mega\n"
               "mega completion fish > ~/.config/fish/completions/mega.fish",
    .setup = [](ArgumentParser& parser) -> Run {
      auto shell = std::make_shared<std::string>();
      parser.add_option("SHELL", *shell, "bash, zsh or fish").type_name("bash|zsh|fish");
      ArgumentParser& ask = parser.add_subcommand("complete");
      ask.hide();
      ask.take_all_words();  // the words of another command line
      return [shell, &ask]() -> Result<void> {
        if (ask.parsed()) return print_candidates(ask.remaining());
        return print_script(*shell);
      };
    },
}};

}  // namespace
}  // namespace mega
