#include "api/describe.h"

#include "api/kinds.h"
#include "base/settings.h"

#include <algorithm>
#include <cctype>

namespace mega {
namespace {

// Python writes a tuple of one as (x,) and an absent one as None.
std::string defaults_of(const Function& function) {
  Tuple defaults;
  for (const ParamInfo& param : function.params) {
    if (param.fallback) defaults.items.push_back(*param.fallback);
  }
  return defaults.items.empty() ? "None" : to_python(Value(std::move(defaults)));
}

std::string names_of(const Function& function) {
  List names;
  for (const ParamInfo& param : function.params) names.emplace_back(param.name);
  return to_python(Value(std::move(names)));
}

std::string_view who_may(Permission permission) {
  switch (permission) {
    case Permission::read:
      return "readers, operators and admins";
    case Permission::write:
    case Permission::run:
      return "operators and admins";
    case Permission::agent:
      return "an agent for its own host, and admins";
    case Permission::admin:
      return "admins: at the unix socket of the server";
    case Permission::self:
      return "everybody whom the server knows";
    case Permission::join:
      return "who has a join token and no certificate yet";
  }
  return "nobody";
}

std::string_view effect_of(const Function& function) {
  if (function.changes) return "Changes are audited.";
  return function.keeps.empty() ? "Changes nothing." : function.keeps;
}

std::string_view answer_of(const Function& function) {
  switch (function.shape) {
    case Shape::data_and_code:
      return "Answers the data; on the legacy dialect the tuple (data, code).";
    case Shape::code:
      return "Answers 0 when done.";
    case Shape::value:
    case Shape::value_or_zero:
      return "";  // described in the detail
  }
  return "";
}

std::string default_of(const ParamInfo& param, bool keyword) {
  if (keyword) return "not given";
  return param.fallback ? to_python(*param.fallback) : "must be given";
}

std::string spellings_of(const ParamInfo& param) {
  std::string text;
  for (const std::string_view other : param.also) {
    fmt::format_to(std::back_inserter(text), "{}{}", text.empty() ? " (also " : ", ", other);
  }
  return text.empty() ? text : text + ')';
}

// "; at most 16MiB"; empty when the parameter has the limit of its kind.
std::string limit_of(const ParamInfo& param) {
  if (param.bytes_max.count == 0) return "";
  const ByteCount most{static_cast<std::int64_t>(param.bytes_max.count)};
  return fmt::format("; at most {}{}", format_bytes(most), param.bytes_max.cut ? " are kept" : "");
}

// One line for each argument, in columns.
void describe_arguments(const Function& function, std::string& out) {
  std::size_t width = 0;
  for (const auto* list : {&function.params, &function.keywords}) {
    for (const ParamInfo& param : *list) width = std::max(width, param.name.size());
  }
  for (const auto* list : {&function.params, &function.keywords}) {
    for (const ParamInfo& param : *list) {
      fmt::format_to(std::back_inserter(out), "  {:<{}}  {:<7}  {:<13}  {}{}{}\n", param.name,
                     width, name_of(param.kind), default_of(param, list == &function.keywords),
                     param.summary, limit_of(param), spellings_of(param));
    }
  }
}

// A cell of a Markdown table must not contain a bar.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

void markdown_arguments(const Function& function, std::string& out) {
  if (function.params.empty() && function.keywords.empty()) return;
  out += "\n| argument | kind | default | |\n| --- | --- | --- | --- |\n";
  for (const auto* list : {&function.params, &function.keywords}) {
    for (const ParamInfo& param : *list) {
      fmt::format_to(
          std::back_inserter(out), "| `{}` | {} | {} | {} |\n", param.name, name_of(param.kind),
          cell(default_of(param, list == &function.keywords)),
          cell(fmt::format("{}{}{}", param.summary, limit_of(param), spellings_of(param))));
    }
  }
}

void markdown_function(const Function& function, std::string& out) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "\n### {}\n\n    {}\n\n{}.\n", function.name, signature(function),
                 function.summary);
  if (!function.run)
    out += "Comes with a later release; until then it answers `not_implemented`.\n";
  if (!function.detail.empty()) fmt::format_to(to, "\n{}\n", function.detail);
  markdown_arguments(function, out);
  fmt::format_to(to, "\nPermission: {} ({}). {}{}{}{}\n", name_of(function.permission),
                 who_may(function.permission), effect_of(function),
                 function.internal ? " Legacy callers need TOOL." : "",
                 answer_of(function).empty() ? "" : " ", answer_of(function));
  if (!function.example.empty()) fmt::format_to(to, "\n    {}\n", function.example);
}

void markdown_kinds(std::string& out) {
  out += "\n## Kinds of arguments\n\n| kind | takes | at most |\n| --- | --- | --- |\n";
  for (int i = 0; i <= static_cast<int>(Kind::tags); ++i) {
    const auto kind = static_cast<Kind>(i);
    fmt::format_to(std::back_inserter(out), "| {} | {} | {} |\n", name_of(kind), cell(takes(kind)),
                   format_bytes({static_cast<std::int64_t>(bytes_max_of(kind))}));
  }
}

constexpr std::string_view opening = R"(# The functions of a mega server

Printed by `mega funcs --markdown`; a test compares this file with what the program says.

A function is called with `mega call NAME [ARGUMENTS]`, by a script in the dialect of 2014, or in JSON over
the unix socket (PROTOCOL.md). Arguments go by position or by name. Text that holds a number passes for an
integer, and an integer for text. An argument that takes `None` may be left out.
Each argument has a limit in bytes: that of its kind, unless its row names another. Text counts its bytes;
any other value, and each list and map, counts 8.

Failures are the same for all: `invalid_argument` says which argument, what it got and what it takes;
`not_found` and `already_exists` name what; `refused` says what is still needed; `not_allowed` says which
permission is missing; `unavailable` means that the store cannot be used now, or that the caller changes too
much at once (SECURITY.md, "Stored bytes"). Codes and what legacy callers get are in PROTOCOL.md. An unknown argument is refused; from legacy callers it is ignored, with a warning in
the server's log, where the signature has `**args`.

Rows hold text in the dialect of 2014 (`'stat': '1'`, `'None'`), and in JSON numbers, ISO 8601 times and null.
Bytes that are not UTF-8 stay bytes: `'\xd6\xd0'` in the dialect of 2014, `{"base64": "1tA="}` in JSON, the
bytes themselves in CSV. The text arguments of the thirty functions of 2014 take them, those of others do not.
`model` names the module that calls: it appears in the server's log and changes nothing else.
)";

void markdown_list(std::string_view title, bool of_2014, std::string& out) {
  fmt::format_to(std::back_inserter(out), "\n## {}\n", title);
  for (const Function* function : all_functions()) {
    if (function->of_2014 == of_2014) markdown_function(*function, out);
  }
}

}  // namespace

std::string arg_spec(const Function& function) {
  return fmt::format("ArgSpec(args={}, varargs=None, keywords={}, defaults={})", names_of(function),
                     function.takes_keywords ? "'args'" : "None", defaults_of(function));
}

std::vector<const Function*> all_functions() {
  auto functions = Registered<Function>::all();
  std::stable_partition(functions.begin(), functions.end(),
                        [](const Function* f) { return f->of_2014; });
  return functions;
}

std::string describe(const Function& function) {
  std::string out = fmt::format("{} {}\n{}\n\n  {}.\n", function.name, arg_spec(function),
                                signature(function), function.summary);
  auto to = std::back_inserter(out);
  if (!function.run) out += "  Comes with a later release.\n";
  if (!function.detail.empty()) fmt::format_to(to, "\n{}\n", function.detail);
  if (!function.params.empty() || !function.keywords.empty()) {
    out += "\nArguments:\n";
    describe_arguments(function, out);
  }
  fmt::format_to(to, "\nPermission: {} ({})\nChanges:    {}\n", name_of(function.permission),
                 who_may(function.permission),
                 function.changes         ? "yes, audited"
                 : function.keeps.empty() ? "nothing"
                                          : function.keeps);
  if (!function.example.empty()) fmt::format_to(to, "Example:    {}\n", function.example);
  return out;
}

std::string functions_markdown() {
  std::string out{opening};
  markdown_kinds(out);
  markdown_list("The thirty of 2014", true, out);
  markdown_list("Beyond them", false, out);
  return out;
}

}  // namespace mega
