// mega inventory list [WHAT] | search [WHERE] | export FILE | apply FILE
//
// Lists and searches the inventory, writes it to a file, and changes it to match a file.
#include "cmd/batch.h"
#include "cmd/command.h"
#include "cmd/inventory/inventory_apply.h"
#include "cmd/inventory/inventory_file.h"
#include "cmd/inventory/inventory_server.h"
#include "cmd/inventory/output_file.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_flags.h"

#include "base/text.h"

#include <fmt/core.h>

#include <array>
#include <memory>

namespace mega {
namespace {

// --- list and search ---

struct SearchFlags {
  ServerFlags server;
  FormatFlag format;
  std::string what = "instance";
  std::string where;
  std::string state = "all";
  std::int64_t count = 0;
};

constexpr std::string_view state_names = "all|online|offline";
constexpr std::string_view what_names = "server|instance|database";

// The index of `text` in `names`, which '|' separates.
Result<std::int64_t> choice(std::string_view flag, std::string_view text, std::string_view names) {
  std::vector<std::string> known;
  for (const auto name : split(names, '|')) known.emplace_back(name);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i] == text) return static_cast<std::int64_t>(i);
  }
  return fail(Errc::invalid_argument, "{} is {}, not {}{}", flag, join_text(known, ", "),
              mega::quoted(text), did_you_mean(text, known));
}

// `conditions`: sends the condition of WHERE, which servers of 2014 do not support.
Result<void> show(const SearchFlags& flags, bool conditions) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto what = choice("WHAT", flags.what, what_names);
  if (!what) return fail(what.error());
  const auto state = choice("--state", flags.state, state_names);
  if (!state) return fail(state.error());
  constexpr std::array lists{"get_all_server", "get_all_instance", "get_all_db"};

  CallArguments arguments;
  if (conditions) arguments.named = {{"what", flags.what}, {"where", flags.where}};
  arguments.named.emplace_back("stat", *state);
  arguments.named.emplace_back("count", flags.count);
  const Envelope request{.function = conditions ? "search" : lists[static_cast<std::size_t>(*what)],
                         .args = to_python(arguments)};
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  const auto text = ask_and_render(**asker, request, *format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

void declare_search(ArgumentParser& parser, SearchFlags& flags) {
  parser.add_option("--state", flags.state, "Which ones")
      .type_name(std::string(state_names))
      .show_default();
  parser.add_option("--count", flags.count, "The first so many; 0: all").type_name("N");
  flags.format.declare(parser);
  flags.server.declare(parser);
}

Run setup_list(ArgumentParser& parser) {
  auto flags = std::make_shared<SearchFlags>();
  parser.add_option("WHAT", flags->what, "server, instance or database").show_default();
  declare_search(parser, *flags);
  return [flags] { return show(*flags, false); };
}

Run setup_search(ArgumentParser& parser) {
  auto flags = std::make_shared<SearchFlags>();
  parser.add_option("WHERE", flags->where,
                    "Condition, as in 'role=slave and version~10.11'; see mega help conditions");
  parser.add_option("--what", flags->what, "What is searched")
      .type_name(std::string(what_names))
      .show_default();
  declare_search(parser, *flags);
  return [flags] { return show(*flags, true); };
}

// --- export ---

struct ExportFlags {
  ServerFlags server;
  std::string file;
  std::string format;
};

Result<void> export_inventory(const ExportFlags& flags) {
  const auto form = file_form(flags.format, flags.file);
  if (!form) return fail(form.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  const auto inventory = fetch_inventory(**asker);
  if (!inventory) return fail(inventory.error());
  const std::string text = write_inventory(*inventory, *form);
  return write_output_file(flags.file, text);
}

Run setup_export(ArgumentParser& parser) {
  auto flags = std::make_shared<ExportFlags>();
  parser.add_option("FILE", flags->file, "File to write; -: standard output").required();
  parser.add_option("--format", flags->format, "Form of the file; unless given by its name")
      .type_name("csv|json");
  flags->server.declare(parser);
  return [flags] { return export_inventory(*flags); };
}

// --- apply ---

struct ApplyFlags {
  ServerFlags server;
  std::string file;
  std::string format;
  bool dry_run = false;
  bool remove = false;
};

Result<void> print_difference(const Difference& difference) {
  const TextStyle style = style_of(stdout);
  const std::string line = fmt::format("{} {}", difference.sign, one_line(difference.text));
  const std::string dressed = difference.sign == '+'   ? style.green(line)
                              : difference.sign == '-' ? style.red(line)
                                                       : style.yellow(line);
  return write_styled(dressed + "\n");
}

std::string count_of(const Plan& plan) {
  std::array<std::size_t, 3> counts{};
  for (const Difference& difference : plan.differences) {
    ++counts[difference.sign == '+' ? 0 : difference.sign == '~' ? 1 : 2];
  }
  return fmt::format("{} to add, {} to change, {} to take offline", counts[0], counts[1],
                     counts[2]);
}

Result<void> apply_inventory(const ApplyFlags& flags) {
  const auto form = file_form(flags.format, flags.file);
  if (!form) return fail(form.error());
  const auto text = read_input(flags.file);
  if (!text) return fail(text.error());
  const std::string name = flags.file == "-" ? "standard input" : flags.file;
  const auto wanted = read_inventory(*text, *form, name);
  if (!wanted) return fail(wanted.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());

  auto plan = plan_for_server(**asker, *wanted, flags.remove);
  if (!plan) return fail(plan.error());
  print_note(count_of(*plan) + (flags.dry_run ? "; nothing is done" : ""));
  if (flags.dry_run) {
    for (const Difference& difference : plan->differences) {
      if (const auto printed = print_difference(difference); !printed) return printed;
    }
    return {};
  }
  return apply_plan(**asker, std::move(*plan), *wanted, flags.remove, print_difference);
}

Run setup_apply(ArgumentParser& parser) {
  auto flags = std::make_shared<ApplyFlags>();
  parser.add_option("FILE", flags->file, "File to read; -: standard input").required();
  parser.add_option("--format", flags->format, "Form of the file; unless given by its name")
      .type_name("csv|json");
  parser.add_flag("--dry-run,-n", flags->dry_run, "Show the differences and change nothing");
  parser.add_flag("--delete", flags->remove, "Take offline what the file does not have");
  flags->server.declare(parser);
  return [flags] { return apply_inventory(*flags); };
}

const Registered<Command> command{{
    .name = "inventory",
    .summary = "See, search, export and apply the inventory",
    .example = "mega inventory search 'role=slave and version~10.11'\n"
               "mega inventory export fleet.csv\n"
               "mega inventory apply fleet.csv --dry-run",
    .setup = [](ArgumentParser& parser) -> Run {
      return subcommands(
          parser,
          {{.name = "list",
            .summary = "List servers, instances or databases",
            .example = "mega inventory list server --state online",
            .setup = setup_list},
           {.name = "search",
            .summary = "List what a condition selects",
            .example = "mega inventory search 'role=slave and version~10.11 and cluster=orders'",
            .setup = setup_search,
            .detail = "Tests are FIELD=VALUE, !=, <, <=, >, >=, ~ (contains), !~, in (A, B) and "
                      "tag.NAME, joined by and, or, not and parentheses: see mega help "
                      "conditions."},
           {.name = "export",
            .summary = "Write the whole inventory to a file",
            .example = "mega inventory export fleet.csv\n"
                       "mega inventory export - --format json",
            .setup = setup_export,
            .detail = "Owners, businesses, servers, instances and databases, offline ones too. "
                      "Masters are named by address and port, so that the file can be applied to "
                      "another server."},
           {.name = "apply",
            .summary = "Bring the inventory to what a file says",
            .example = "mega inventory apply fleet.csv --dry-run\n"
                       "mega inventory apply fleet.json --delete",
            .setup = setup_apply,
            .detail =
                "Each difference is a line: + is added, ~ is changed, - goes offline. Nothing is "
                "changed when the file is wrong, or when it takes a server or a master offline "
                "that "
                "others online need. What the file does not have is left alone unless "
                "--delete is given; what it does not say of a record stays as it is.\n\n"
                "Applying the same file again changes nothing. When a change fails, it stops, says "
                "what was done and what was not, and the same command goes on from there."}});
    },
}};

}  // namespace
}  // namespace mega
