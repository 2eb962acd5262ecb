// mega server audit [--since T] [--until T] [--who NAME] [--function NAME] [--door D] [--peer P]
//                   [--result R] [--refused] [--text TEXT] [--count N] [-o FORMAT]
// mega server audit --verify [--head HASH]
// mega server audit --verify --file ARCHIVE...
// mega server audit --archive FILE --before T
//
// What was changed and refused, asked of the server of this host at its unix socket; archives are
// read without it.
#include "audit/archive.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_command.h"
#include "cmd/setting_flags.h"
#include "net/client.h"
#include "server/data_folder.h"

#include <array>
#include <filesystem>
#include <memory>

namespace mega {
namespace {

// A check reads all rows, an archive writes them; the server has its own limit.
constexpr AskLimits patient{.answer = std::chrono::hours(24)};

struct AuditFlags {
  FlaggedSettings settings;
  FormatFlag format;
  std::string since, until, who, function, door, peer, result, text;
  bool refused = false;
  std::int64_t count = 100;
  bool verify = false;
  std::string head;
  std::vector<std::string> files;
  std::string archive, before;
};

Result<std::unique_ptr<Asker>> open_server(const AuditFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  return Asker::open({.kind = Endpoint::Kind::unix_socket, .host = socket_path(*settings)},
                     patient);
}

Result<Value> time_of(std::string_view flag, const std::string& text) {
  const auto time = parse_time(text);
  if (!time) return fail(time.error().code, "{}: {}", flag, time.error().message);
  return Value(*time);
}

Result<Map> filter_of(const AuditFlags& flags) {
  Map filter{{"count", flags.count}, {"refused", flags.refused}};
  for (const auto& [name, text] : {std::pair<const char*, const std::string&>{"who", flags.who},
                                   {"function", flags.function},
                                   {"door", flags.door},
                                   {"peer", flags.peer},
                                   {"result", flags.result},
                                   {"text", flags.text}}) {
    if (!text.empty()) filter.set(name, text);
  }
  for (const auto& [name, text] :
       {std::pair<std::string, const std::string&>{"since", flags.since}, {"until", flags.until}}) {
    if (text.empty()) continue;
    auto time = time_of("--" + name, text);
    if (!time) return fail(time.error());
    filter.set(name, std::move(*time));
  }
  return filter;
}

// Before, after and hash would make lines that no terminal holds.
Value narrowed(const Value& answer) {
  const auto* rows = answer.as<List>();
  if (!rows) return answer;
  List narrow;
  for (const Value& item : *rows) {
    Map row;
    for (const char* name : {"id", "time", "who", "door", "peer", "function", "args", "result"}) {
      const auto* map = item.as<Map>();
      const Value* cell = map ? map->find(std::string_view(name)) : nullptr;
      row.set(name, cell ? *cell : Value());
    }
    narrow.emplace_back(std::move(row));
  }
  return narrow;
}

Result<void> list(const AuditFlags& flags) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto filter = filter_of(flags);
  if (!filter) return fail(filter.error());
  const auto asker = open_server(flags);
  if (!asker) return fail(asker.error());
  const Envelope request{.function = "get_audit", .args = *filter};
  if (*format != Format::table) {
    const auto text = ask_and_render(**asker, request, *format);
    if (!text) return fail(text.error());
    return write_styled(*text);
  }
  const auto answer = (*asker)->ask(request);
  if (!answer) return fail(answer.error());
  return write_styled(render(narrowed(*answer), *format));
}

std::string text_at(const Map& map, std::string_view name) {
  const Value* found = map.find(name);
  const auto* text = found ? found->as<std::string>() : nullptr;
  return text ? *text : "";
}

std::int64_t number_at(const Map& map, std::string_view name) {
  const Value* found = map.find(name);
  const auto* number = found ? found->as<std::int64_t>() : nullptr;
  return number ? *number : 0;
}

// "480 rows hold, 121 to 600\nprevious HASH\nhead HASH\n"
std::string describe(const AuditCheck& check) {
  std::string text = "no rows";
  if (check.rows == 1) text = fmt::format("1 row holds, {}", check.first_id);
  if (check.rows > 1) {
    text = fmt::format("{} rows hold, {} to {}", check.rows, check.first_id, check.last_id);
  }
  if (!check.previous.empty()) text += "\nprevious " + check.previous;
  return text + "\nhead " + (check.hash.empty() ? "(none)" : check.hash) + "\n";
}

Result<Map> ask_map(const AuditFlags& flags, const Envelope& request) {
  const auto asker = open_server(flags);
  if (!asker) return fail(asker.error());
  const auto answer = (*asker)->ask(request);
  if (!answer) return fail(answer.error());
  const auto* map = answer->as<Map>();
  if (!map)
    return fail(Errc::corrupt, "the server answered {} where a map was due", kind_name(*answer));
  return *map;
}

Result<void> verify_store(const AuditFlags& flags) {
  Map arguments;
  if (!flags.head.empty()) arguments.set("head", flags.head);
  const auto map = ask_map(flags, {.function = "verify_audit", .args = std::move(arguments)});
  if (!map) return fail(map.error());
  const Value* ok = map->find(std::string_view("ok"));
  if (!ok || *ok != Value(true)) {
    return fail(Errc::findings, "the audit is broken at row {}: {}", number_at(*map, "broken"),
                text_at(*map, "why"));
  }
  return write_output(describe({.rows = number_at(*map, "rows"),
                                .first_id = number_at(*map, "first_id"),
                                .last_id = number_at(*map, "last_id"),
                                .previous = text_at(*map, "previous"),
                                .hash = text_at(*map, "hash")}));
}

// Several archives in a row are one chain.
Result<void> verify_files(const std::vector<std::string>& files) {
  std::string text;
  std::optional<AuditCheck> former;
  for (const std::string& file : files) {
    auto check = verify_archive(file);
    if (!check) return fail(check.error());
    if (check->broken) {
      return fail(Errc::findings, "{} is broken at row {}: {}", file, *check->broken, check->why);
    }
    if (former && (former->hash != check->previous || former->last_id + 1 != check->first_id)) {
      return fail(Errc::findings,
                  "{} is broken at row {}: it does not follow row {}, the last of the file before",
                  file, check->first_id, former->last_id);
    }
    text += fmt::format("{}: {}", file, describe(*check));
    former = std::move(*check);
  }
  return write_output(text);
}

Result<void> archive(const AuditFlags& flags) {
  if (flags.before.empty()) {
    return fail(Errc::invalid_argument, "--archive needs --before: rows older than that go");
  }
  auto before = time_of("--before", flags.before);
  if (!before) return fail(before.error());
  std::error_code error;
  const auto file = std::filesystem::absolute(flags.archive, error);
  if (error) return fail(Errc::failed, "{}: {}", flags.archive, error.message());
  const auto map =
      ask_map(flags, {.function = "archive_audit",
                      .args = Map{{"before", std::move(*before)}, {"file", file.string()}}});
  if (!map) return fail(map.error());
  if (number_at(*map, "rows") == 0) {
    return write_output(fmt::format("no rows before {}: nothing was archived\n", flags.before));
  }
  return write_output(fmt::format("{}: {} rows, {} to {}\nhead {}\n", file.string(),
                                  number_at(*map, "rows"), number_at(*map, "first_id"),
                                  number_at(*map, "last_id"), text_at(*map, "hash")));
}

Result<void> run(const AuditFlags& flags) {
  if (flags.verify) return flags.files.empty() ? verify_store(flags) : verify_files(flags.files);
  if (!flags.archive.empty()) return archive(flags);
  return list(flags);
}

// The flags of a list mean nothing to a check or an archive.
void keep_apart(ArgumentParser& parser, std::initializer_list<Option> acts) {
  for (const char* name : {"--output", "--since", "--until", "--who", "--function", "--door",
                           "--peer", "--result", "--refused", "--text", "--count"}) {
    for (Option act : acts) act.excludes(parser.option(name));
  }
}

Run set_up_audit(ArgumentParser& parser) {
  auto flags = std::make_shared<AuditFlags>();
  flags->settings.declare_named(parser, "data");
  flags->format.declare(parser);
  const auto text = [&parser](const char* name, std::string& into, const char* type,
                              const char* about) {
    return parser.add_option(name, into, about).type_name(type);
  };
  text("--since", flags->since, "TIME", "Rows from that time on");
  text("--until", flags->until, "TIME", "Rows before that time");
  text("--who", flags->who, "NAME", "Rows of that caller");
  text("--function", flags->function, "NAME", "Calls of that function");
  text("--door", flags->door, "unix|tls|legacy", "Calls at that door");
  text("--peer", flags->peer, "ADDRESS", "Calls from there, with or without the port");
  text("--result", flags->result, "KIND", "done, or the kind of a refusal: not_allowed, refused");
  parser.add_flag("--refused", flags->refused, "Refusals only");
  text("--text", flags->text, "TEXT", "Rows with that in arguments, before, after or result");
  parser.add_option("--count", flags->count, "The newest so many; 0: all")
      .type_name("N")
      .show_default();
  Option verify =
      parser.add_flag("--verify", flags->verify,
                      "Check the chain; exit 9 and name the first broken row if it does "
                      "not hold");
  text("--head", flags->head, "HASH", "With --verify: a head printed before, which must be there")
      .needs(verify);
  Option file =
      parser.add_option("--file", flags->files,
                        "With --verify: an archive, or several in their order, in place of "
                        "the store");
  file.type_name("FILE").needs(verify);
  file.excludes(parser.option("--head"));
  Option archive = text("--archive", flags->archive, "FILE",
                        "Move old rows into that new file, written by the server");
  archive.excludes(verify);
  text("--before", flags->before, "TIME", "With --archive: rows older than that go").needs(archive);
  keep_apart(parser, {verify, archive});
  return [flags] { return run(*flags); };
}

const Registered<ServerCommand> command{{{
    .name = "audit",
    .summary = "Show, check and archive what was changed and refused",
    .example = "mega server audit --since 2026-11-01 --who deploy\n"
               "mega server audit --refused --count 20 -o json\n"
               "mega server audit --verify\n"
               "mega server audit --archive /srv/audit/2025.jsonl --before 2026-01-01\n"
               "mega server audit --verify --file /srv/audit/2025.jsonl",
    .setup = set_up_audit,
    .detail = "A table leaves out before, after and hash; the other forms have them. A check "
              "prints the head, the hash of the newest row: kept elsewhere and given to --head "
              "later, it shows rows that were removed at the end, which nothing else can.",
}}};

}  // namespace
}  // namespace mega
