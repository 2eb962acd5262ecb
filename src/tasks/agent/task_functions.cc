#include "tasks/agent/task_functions.h"

#include <memory>
#include <utility>

#include "base/text.h"
#include "value/map_fields.h"

namespace mega {
namespace {

// A follower that sends a task's standing and output as parts of the answer.
TaskFollower following(StreamedAnswer answer) {
  const auto back = std::make_shared<StreamedAnswer>(std::move(answer));
  return {.stands =
              [back](const TaskStanding& standing) { (void)back->part(List{to_value(standing)}); },
          .part =
              [back](TaskStream stream, std::string_view bytes) {
                return back->part(List{output_item(stream == TaskStream::errors, bytes)});
              },
          .unsent = [back] { return back->unsent(); },
          .end =
              [back](const Result<TaskOutcome>& outcome) {
                if (outcome) return back->end(Value(List{end_item(*outcome)}));
                back->end(fail(outcome.error()));
              }};
}

void run(Runner& runner, const Map& arguments, StreamedAnswer answer) {
  auto order = order_from(arguments);
  if (!order) return answer.end(fail(order.error()));
  const auto end = answer.end;
  if (auto run = runner.run(std::move(*order), following(std::move(answer))); !run) {
    end(fail(run.error()));
  }
}

Result<std::string> text_argument(const Map& arguments, std::string_view name) {
  std::string text;
  FieldReader fields(arguments, "the request");
  fields(name, text);
  if (auto read = fields.result(); !read) return fail(read.error());
  if (text.empty()) return fail(Errc::invalid_argument, "{} is missing", name);
  return text;
}

Result<Value> cancel(Runner& runner, const Map& arguments) {
  const auto id = text_argument(arguments, "id");
  if (!id) return fail(id.error());
  if (auto cancelled = runner.cancel(*id); !cancelled) return fail(cancelled.error());
  return Value(true);
}

Result<Value> outcome(Runner& runner, const Map& arguments) {
  const auto id = text_argument(arguments, "id");
  if (!id) return fail(id.error());
  const auto report = runner.outcome(*id);
  if (!report) return fail(report.error());
  if (report->outcome) return to_value(*report->outcome);
  return Value(Map{{"state", name_of(report->state)}});
}

Result<Value> put_script(Runner& runner, const Map& arguments) {
  std::string name, content, digest, signature;
  FieldReader fields(arguments, "the script");
  fields("name", name);
  fields("content", content);
  fields("digest", digest);
  fields("signature", signature);
  if (auto read = fields.result(); !read) return fail(read.error());
  if (auto put = runner.folder().put(name, content, digest, signature); !put) {
    return fail(put.error());
  }
  return Value(true);
}

Result<Value> list_scripts(Runner& runner, const Map&) {
  const auto scripts = runner.folder().list();
  if (!scripts) return fail(scripts.error());
  static const auto columns = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{"name", "digest", "signed", "runs", "why_not"});
  List cells;
  for (const Script& script : *scripts) {
    const auto found = runner.folder().find(script.name);
    cells.emplace_back(script.name);
    cells.emplace_back(script.digest);
    cells.emplace_back(script.is_signed);
    cells.emplace_back(found.has_value());
    cells.emplace_back(found ? Value() : Value(found.error().message));
  }
  return Value(Rows{columns, std::move(cells)});
}

Result<Value> remove_script(Runner& runner, const Map& arguments) {
  const auto name = text_argument(arguments, "name");
  if (!name) return fail(name.error());
  if (auto removed = runner.folder().remove(*name); !removed) return fail(removed.error());
  return Value(true);
}

}  // namespace

void add_task_functions(AgentFunctions& functions, Runner& runner) {
  functions.add("run", [&runner](const Map& arguments, StreamedAnswer answer) {
    run(runner, arguments, std::move(answer));
  });
  const std::pair<const char*, Result<Value> (*)(Runner&, const Map&)> at_once[] = {
      {"cancel", cancel},
      {"outcome", outcome},
      {"put_script", put_script},
      {"list_scripts", list_scripts},
      {"remove_script", remove_script}};
  for (const auto& [name, function] : at_once) {
    functions.add(
        name, [&runner, function = function](const Map& arguments, const StreamedAnswer& answer) {
          answer.end(function(runner, arguments));
        });
  }
}

}  // namespace mega
