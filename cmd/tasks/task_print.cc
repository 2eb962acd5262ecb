#include "cmd/tasks/task_print.h"

#include "cmd/local_server.h"

#include <cstdio>
#include <utility>

namespace mega {
namespace {

// Prints the output that was not printed live.
Result<void> print_rest(const Followed& followed) {
  const TargetEnd& end = followed.ends.front();
  const auto rest = [](const std::string& text, std::size_t printed) {
    return printed < text.size() ? text.substr(printed) : std::string();
  };
  const std::string errors = rest(end.errors, followed.printed_err);
  PieceWriter(stderr).write(errors);
  if (auto written = write_output(rest(end.output, followed.printed_out)); !written) return written;
  // Ends an unfinished line at a terminal.
  if (is_terminal(stdout) && !end.output.empty() && !end.output.ends_with('\n')) {
    if (auto written = write_output("\n"); !written) return written;
  }
  if (end.output_cut || end.errors_cut) print_warning("it printed more than is kept");
  if (end.state == TaskState::ok) return {};
  const std::string why = end.reason.empty() ? std::string(name_of(end.state)) : end.reason;
  print_note(fmt::format("{}: {}", end.host, why));
  return {};
}

// The columns that fit a line: all but the output.
Value without_output(const Value& targets) {
  List rows;
  const auto* all = targets.as<List>();
  for (const Value& item : all ? *all : List()) {
    Map row;
    for (const char* name : {"host", "state", "exit_code", "reason", "started", "ended", "cpu_ms",
                             "peak_memory_kib"}) {
      const Value* cell = item.as<Map>() ? item.as<Map>()->find(std::string_view(name)) : nullptr;
      row.set(name, cell ? *cell : Value());
    }
    rows.emplace_back(std::move(row));
  }
  return rows;
}

}  // namespace

bool runs_on_one_host(Asker& asker, std::int64_t task) {
  const auto row = asker.ask(call_of("get_task", {.named = {{"task_id", task}}}));
  const auto* map = row ? row->as<Map>() : nullptr;
  const Value* hosts = map ? map->find(std::string_view("hosts")) : nullptr;
  return hosts && *hosts == Value(1);
}

Result<void> print_ends(std::int64_t task, const Followed& followed, LiveOutput live) {
  if (live == LiveOutput::whole && followed.ends.size() == 1) {
    if (auto printed = print_rest(followed); !printed) return printed;
  } else {
    if (live == LiveOutput::none) {
      const std::string text = folded(followed.ends, style_of(stdout));
      if (auto written = write_styled(text); !written) return written;
    }
    if (followed.gaps)
      print_note("some output came too fast to be shown as it came: it stands at the end");
    print_note(fmt::format("task {}, {}", task, sums(followed.ends)));
  }
  return verdict(task, followed.ends);
}

Result<void> print_rows(std::int64_t task, const Followed& followed, Format format) {
  const bool table = format == Format::table;
  const Value rows = table ? without_output(followed.targets) : followed.targets;
  if (auto written = write_styled(render(rows, format)); !written) return written;
  return verdict(task, followed.ends);
}

}  // namespace mega
