// mega completion bash|zsh|fish
//
// Prints the script that teaches a shell to complete commands, flags, functions and their
// arguments. The script asks `mega completion complete WORDS...`, which is hidden from the help: a
// line for each candidate, its text and what it is about with a tab between; ":files" where files
// may stand.
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
    return fail(Errc::invalid_argument, "completion needs the name of a shell: {}",
                join_text(shells, ", "));
  }
  return fail(Errc::invalid_argument, "there is no completion for {}{}; it is one of {}",
              mega::quoted(shell), did_you_mean(shell, shells), join_text(shells, ", "));
}

Result<void> print_candidates(const std::vector<std::string>& words) {
  const Completion completion = complete(words);
  std::string out;
  for (const Candidate& candidate : completion.candidates) {
    out += fmt::format("{}\t{}\n", candidate.text, one_line(candidate.about));
  }
  if (completion.files) out += ":files\t\n";
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
      ask.take_all_words();  // they are a command line of their own
      return [shell, &ask]() -> Result<void> {
        if (ask.parsed()) return print_candidates(ask.remaining());
        return print_script(*shell);
      };
    },
}};

}  // namespace
}  // namespace mega
