// mega funcs [NAME] [--markdown] [--server ADDRESS]
//
// Lists the functions of this binary in the seed's format: numbered on a terminal, bare on a pipe;
// with NAME prints its page. With --server lists the functions of that server.
#include "api/describe.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/server_flags.h"

#include <memory>

namespace mega {
namespace {

struct FuncsFlags {
  ServerFlags server;
  std::string name;
  bool markdown = false;
};

struct Listed {
  std::string name;
  std::string args;  // "ArgSpec(...)"
};

Result<void> print_list(const std::vector<Listed>& functions) {
  const bool numbered = is_terminal(stdout);
  std::string out;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (numbered) out += fmt::format("{}. ", i + 1);
    out += fmt::format("{} {}\n", functions[i].name, functions[i].args);
  }
  return write_output(out);
}

Error no_such_function(const std::string& name, const std::vector<Listed>& functions) {
  std::vector<std::string> names;
  for (const Listed& function : functions) names.push_back(function.name);
  return {Errc::not_found,
          fmt::format("there is no function {}{}", mega::quoted(name), did_you_mean(name, names))};
}

std::vector<Listed> own_functions() {
  std::vector<Listed> functions;
  for (const Function* function : all_functions()) {
    functions.push_back({std::string(function->name), arg_spec(*function)});
  }
  return functions;
}

std::string text_at(const Map& entry, std::string_view key) {
  const Value* value = entry.find(key);
  if (!value) return "";
  const auto* text = value->as<std::string>();
  return one_line(text ? *text : to_python(*value, {.ascii = false, .hide_terminator = false}));
}

// The answer of a server is a list of {'name': ..., 'args': ...}.
Result<std::vector<Listed>> functions_of_server(const ServerFlags& server) {
  const auto asker = server.connect();
  if (!asker) return fail(asker.error());
  const Envelope request{.function = "get_all_funcs", .tool = true};
  const auto answer = (*asker)->ask(request);
  if (!answer) return fail(answer.error());
  const auto* list = answer->as<List>();
  if (!list) {
    return fail(Errc::corrupt, "get_all_funcs answered {} where a list was due",
                kind_name(*answer));
  }
  std::vector<Listed> functions;
  for (const Value& item : *list) {
    const auto* entry = item.as<Map>();
    if (!entry) {
      return fail(Errc::corrupt, "get_all_funcs answered a list with {} in it", kind_name(item));
    }
    functions.push_back({text_at(*entry, "name"), text_at(*entry, "args")});
  }
  return functions;
}

Result<void> list_of_server(const FuncsFlags& flags) {
  auto functions = functions_of_server(flags.server);
  if (!functions) return fail(functions.error());
  if (flags.name.empty()) return print_list(*functions);
  for (const Listed& function : *functions) {
    if (function.name == flags.name) {
      return write_output(fmt::format("{} {}\n", function.name, function.args));
    }
  }
  return fail(no_such_function(flags.name, *functions));
}

Result<void> funcs(const FuncsFlags& flags) {
  if (flags.markdown) return write_output(functions_markdown());
  if (flags.server.named()) return list_of_server(flags);
  if (flags.name.empty()) return print_list(own_functions());
  const Function* function = find_function(flags.name);
  if (!function) return fail(no_such_function(flags.name, own_functions()));
  return write_output(describe(*function));
}

const Registered<Command> command{{
    .name = "funcs",
    .summary = "List the functions that a server answers, or describe one",
    .example = "mega funcs\nmega funcs get_server\nmega funcs --server legacy:10.0.0.5",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<FuncsFlags>();
      parser.add_option("NAME", flags->name, "Describe this function");
      parser.add_flag("--markdown", flags->markdown, "Print the reference of all functions");
      flags->server.declare(parser);
      return [flags] { return funcs(*flags); };
    },
    .detail = "Lists the functions of this mega without asking any server; with --server those "
              "that the server lists.",
}};

}  // namespace
}  // namespace mega
