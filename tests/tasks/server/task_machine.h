// One task as a machine, for its tests: what it notes and sends.
#pragma once

#include "tasks/server/task_run.h"

#include <gmock/gmock.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace mega {

inline constexpr Time midnight{1406764800};
inline constexpr TaskPatience patience{.away = std::chrono::seconds(15),
                                       .lost = std::chrono::seconds(600)};

// A task on db1, db2, ... and the world around it.
class TaskMachine : public testing::Test {
 protected:
  static ActiveTask task_on(std::size_t hosts) {
    ActiveTask task{.id = 7, .order = {.script = "x.sh"}, .created = midnight};
    for (std::size_t i = 1; i <= hosts; ++i) {
      const std::string name = "db" + std::to_string(i);
      task.targets.push_back({.host = {.host = name, .ip = "10.0.0.1", .agent = name}});
      here.insert(name);
    }
    return task;
  }

  ~TaskMachine() override { here.clear(); }

  static std::chrono::steady_clock::time_point moment_of(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::time_point(hours + time);
  }

  TaskMoment moment() const {
    return {.time = {midnight.seconds + now.count() / 1000},
            .steady = moment_of(now),
            .minute_of_day = minute,
            .present = [](const std::string& agent) { return here.contains(agent); },
            .away_since = [this](const std::string&) { return moment_of(left); }};
  }

  TaskRun begin(ActiveTask task) const { return TaskRun(std::move(task), patience, moment()); }

  // "db1 running", "db2 ok": what is noted, then "run db1": what is sent.
  std::vector<std::string> told(const TaskRun& run, const TaskSteps& steps) {
    static const char* const names[] = {"run", "outcome", "cancel", "dial", "script", "probe"};
    std::vector<std::string> lines;
    for (const TargetChange& change : steps.changes) {
      lines.push_back(run.host(change.position).host + " " +
                      (change.limit ? "limit" : std::string(name_of(change.state))));
      limit = change.limit.value_or(TargetLimit{});
      given_up = change.given_up;
      reason = change.outcome.reason;
    }
    for (const TaskSending& sending : steps.sendings) {
      lines.push_back(std::string(names[static_cast<int>(sending.what)]) + " " +
                      run.host(sending.position).host);
    }
    return lines;
  }

  std::vector<std::string> look(TaskRun& run) {
    TaskSteps steps;
    run.look(moment(), steps);
    return told(run, steps);
  }

  std::vector<std::string> hear(TaskRun& run, std::size_t position, const Result<Value>& end) {
    TaskSteps steps;
    run.hear(position, end, moment(), steps);
    return told(run, steps);
  }

  void hear_limit(TaskRun& run, std::size_t position, TaskState state,
                  std::chrono::seconds length) {
    const std::chrono::milliseconds ms = length;
    run.hear_standing(position, {.state = state, .limit_ms = ms.count(), .grace_ms = 10'000},
                      moment());
  }

  // Its script may run for hours.
  void hear_start(TaskRun& run, std::size_t position) {
    hear_limit(run, position, TaskState::running, std::chrono::hours(2));
    look(run);
  }

  static Value outcome(TaskState state) {
    return List{List{"end", to_value(TaskOutcome{.state = state})}};
  }

  static inline std::set<std::string> here;
  static constexpr std::chrono::hours hours{1};
  std::chrono::milliseconds now{0};
  std::chrono::milliseconds left{0};  // when those that are not here were last
  int minute = 0;
  std::string reason;  // of the newest end
  bool given_up = false;
  TargetLimit limit;  // that was noted last
};

}  // namespace mega
