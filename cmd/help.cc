// mega help [COMMAND...] [--man]
// mega help conditions
//
// Prints the help of mega or of a command, as --help does, or a page of help_topics.h; with --man
// prints the manual page in roff, for `mega help --man call | man -l -`.
#include "base/text.h"
#include "cmd/command_line.h"
#include "cmd/help_page.h"
#include "cmd/help_topics.h"
#include "cmd/manual.h"
#include "cmd/output.h"

#include <memory>

namespace mega {
namespace {

struct HelpFlags {
  std::vector<std::string> names;
  bool manual = false;
};

Result<const ArgumentParser*> find_below(const ArgumentParser& parser, const std::string& name) {
  std::vector<std::string> known;
  for (const ArgumentParser* sub : parser.subcommands()) {
    if (sub->name() == name) return sub;
    if (!sub->is_hidden()) known.push_back(sub->name());
  }
  return fail(Errc::invalid_argument, "{} has no command {}{}", full_name(parser),
              mega::quoted(name), did_you_mean(name, known));
}

Result<void> help(const HelpFlags& flags) {
  if (flags.names.empty()) {
    return write_styled(flags.manual ? manual_of_mega() : overview_page(style_of(stdout)));
  }
  const HelpTopic* topic = find_help_topic(flags.names[0]);
  if (topic && flags.names.size() == 1 && !flags.manual) return write_output(topic->page);
  const Command* command = find_command(flags.names[0]);
  if (!command) {
    return fail(Errc::invalid_argument, "there is no command {}{}", mega::quoted(flags.names[0]),
                did_you_mean_command(flags.names[0]));
  }
  if (flags.manual) return write_output(manual_of(*command));
  const Declared declared = declare(*command);
  const ArgumentParser* parser = declared.parser.get();
  for (std::size_t i = 1; i < flags.names.size(); ++i) {
    const auto below = find_below(*parser, flags.names[i]);
    if (!below) return fail(below.error());
    parser = *below;
  }
  return write_styled(help_page(*parser, style_of(stdout)));
}

const Registered<Command> command{{
    .name = "help",
    .summary = "Show the help or the manual of a command",
    .example = "mega help call\nmega help inventory apply\nmega help conditions\n"
               "mega help --man call | man -l -",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<HelpFlags>();
      parser.add_option("COMMAND", flags->names,
                        "Which command, or conditions; unless given, mega itself");
      parser.add_flag("--man", flags->manual, "Print the manual page in roff");
      return [flags] { return help(*flags); };
    },
}};

}  // namespace
}  // namespace mega
