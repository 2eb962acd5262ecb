// wait_task(task_id, since=0, wait_s=10) -> {task, next, output, skipped, left}
//
// The state of a task, as soon as there is news. Errors: not_found, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "base/text.h"
#include "tasks/server/tasks.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

const Service<Tasks> task_driver{"tasks under way"};

const Service<TaskStore> task_store{"tasks"};

constexpr std::int64_t wait_max_s = 60;
constexpr std::int64_t named_max = 10;  // hosts in `left`

const Param<Natural> task_id{"task_id", "id of the task"};
const Param<Natural> since{"since", 0, "`next` of the answer before"};
const Param<Natural> wait_s{"wait_s", 10, "seconds to wait for news, at most 60"};

Value output_of(const TaskNews& news) {
  List output;
  for (const TaskOutput& piece : news.output) {
    const bool is_text = is_utf8(piece.text);
    output.emplace_back(List{piece.host, piece.is_error ? "err" : "out",
                             is_text ? Value(piece.text) : Value(Bytes{piece.text})});
  }
  return output;
}

std::int64_t number_in(const Row& row, std::string_view column) {
  const auto found = std::ranges::find(*row.columns, column) - row.columns->begin();
  const auto* number = row.cells[static_cast<std::size_t>(found)].as<std::int64_t>();
  return number ? *number : 0;
}

// The hosts that have not ended, if at most named_max: [host, running or waiting] of each.
Result<Value> left_of(const Services& services, std::int64_t id, const Row& task) {
  std::int64_t left = number_in(task, "hosts");
  for (const char* ended : {"ok", "failed", "unreachable", "cancelled"}) {
    left -= number_in(task, ended);
  }
  List hosts;
  if (left <= 0 || left > named_max) return Value(std::move(hosts));
  const auto waited_for = services[task_store].waited_for(id, named_max);
  if (!waited_for) return fail(waited_for.error());
  for (const TaskWaitedFor& one : *waited_for) {
    hosts.emplace_back(List{one.host, name_of(one.state)});
  }
  return Value(std::move(hosts));
}

Result<Value> answer_of(const Services& services, std::int64_t id, const TaskNews& news) {
  auto task = one(services[task_store].task(id), [&] { return fmt::format("task {}", id); });
  if (!task) return task;
  auto left = left_of(services, id, *task->as<Row>());
  if (!left) return left;
  return Value(Map{{"task", *std::move(task)},
                   {"next", news.next},
                   {"output", output_of(news)},
                   {"skipped", news.skipped},
                   {"left", *std::move(left)}});
}

Result<Value> wait_task(Context& context, const Args& args) {
  const std::int64_t id = args[task_id].number;
  Tasks* const driver = context.find(task_driver);
  if (!driver) return answer_of(context.services, id, {});
  const std::int64_t seconds = std::min(args[wait_s].number, wait_max_s);
  context.later = [&services = context.services, tasks = context.find(task_driver), id,
                   from = args[since].number, seconds](const Answered& answered) {
    tasks->watch({.task = id,
                  .since = from,
                  .limit = std::chrono::seconds(seconds),
                  .hear = [&services, id, answered](const TaskNews& news) {
                    answered(answer_of(services, id, news));
                  }});
  };
  return Value();
}

const Registered<Function> function{{
    .name = "wait_task",
    .summary = "Wait for news of a task",
    .params = {task_id, since, wait_s},
    .permission = Permission::read,
    .shape = Shape::value,
    .example = "mega call wait_task task_id=17",
    .detail =
        "A map: task (a row as in get_all_task), next (the `since` of the next call), output "
        "(what hosts\n"
        "have printed since: [host, out or err, text]), skipped (whether some output came "
        "too fast; the\n"
        "whole is in get_task_targets at the end), left (when no more than ten hosts have not "
        "ended,\n"
        "these: [host, running or waiting]). Answers at once when the task has ended.",
    .run = wait_task,
}};

}  // namespace
}  // namespace mega
