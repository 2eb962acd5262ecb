// mega script push FILE... | list | remove NAME...
//
// The scripts that the server keeps for the hosts. Only admins, at the server's unix socket, may
// push and remove.
#include "base/file.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_flags.h"
#include "tasks/format/order.h"

#include <filesystem>
#include <memory>

namespace mega {
namespace {

struct ScriptFlags {
  ServerFlags server;
  std::vector<std::string> names;
  std::string name;
  FormatFlag format;
};

std::string text_at(const Value& answer, std::string_view name) {
  const auto* map = answer.as<Map>();
  const Value* value = map ? map->find(name) : nullptr;
  if (!value) return "?";
  if (const auto* number = value->as<std::int64_t>()) return std::to_string(*number);
  const auto* text = value->as<std::string>();
  return text ? *text : "?";
}

Result<void> push_one(Asker& asker, const std::string& file, const std::string& given_name) {
  const std::string name =
      given_name.empty() ? std::filesystem::path(file).filename().string() : given_name;
  if (auto checked = check_script_name(name); !checked) return checked;
  auto content = read_file(file, script_bytes_max);
  if (!content) return fail(content.error());
  const auto answer = asker.ask(
      {.function = "add_script", .args = Map{{"name", name}, {"content", std::move(*content)}}});
  if (!answer) return fail(answer.error());
  return write_output(fmt::format("{} version {} {}\n", name, text_at(*answer, "version"),
                                  text_at(*answer, "digest")));
}

Result<void> push(const ScriptFlags& flags) {
  if (!flags.name.empty() && flags.names.size() > 1) {
    return fail(Errc::invalid_argument, "--name is for one file");
  }
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  for (const std::string& file : flags.names) {
    if (auto pushed = push_one(**asker, file, flags.name); !pushed) return pushed;
  }
  return {};
}

Result<void> remove(const ScriptFlags& flags) {
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  for (const std::string& name : flags.names) {
    const auto answer = (*asker)->ask({.function = "del_script", .args = Map{{"name", name}}});
    if (!answer) return fail(answer.error());
  }
  return {};
}

Result<void> list(const ScriptFlags& flags) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  const auto text = ask_and_render(**asker, {.function = "get_all_script"}, *format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

Run set_up_push(ArgumentParser& parser) {
  auto flags = std::make_shared<ScriptFlags>();
  flags->server.declare(parser);
  parser.add_option("FILE", flags->names, "Files to keep, each under its own name").required();
  parser.add_option("--name", flags->name, "Another name for the one file");
  return [flags] { return push(*flags); };
}

Run set_up_list(ArgumentParser& parser) {
  auto flags = std::make_shared<ScriptFlags>();
  flags->server.declare(parser);
  flags->format.declare(parser);
  return [flags] { return list(*flags); };
}

Run set_up_remove(ArgumentParser& parser) {
  auto flags = std::make_shared<ScriptFlags>();
  flags->server.declare(parser);
  parser.add_option("NAME", flags->names, "As `mega script list` shows them").required();
  return [flags] { return remove(*flags); };
}

const Registered<Command> command{{
    .name = "script",
    .summary = "Keep scripts for the hosts on the server",
    .example = "mega script push disk.sh\nmega script list",
    .setup = [](ArgumentParser& parser) -> Run {
      return subcommands(parser,
                         {{.name = "push",
                           .summary = "Keep scripts, in a new version when they were changed",
                           .example = "mega script push disk.sh",
                           .setup = set_up_push},
                          {.name = "list",
                           .summary = "List the scripts that the server keeps",
                           .example = "mega script list -o json",
                           .setup = set_up_list},
                          {.name = "remove",
                           .summary = "Keep scripts no longer; hosts refuse their copies then",
                           .example = "mega script remove disk.sh",
                           .setup = set_up_remove}});
    },
    .detail =
        "A host gets a script before it runs it, signed by the CA of the site, and refuses one "
        "that "
        "was changed\nsince. Pushing and removing is for admins, at the server's unix socket.",
}};

}  // namespace
}  // namespace mega
