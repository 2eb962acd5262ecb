// A runner with a script folder and a journal of its own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "tasks/agent/runner.h"
#include "tests/support/scratch.h"

namespace mega {

class RunnerFixture : public testing::Test {
 protected:
  RunnerFixture() {
    rules.script_folder = scratch / "scripts";
    std::filesystem::create_directory(rules.script_folder);
    std::filesystem::permissions(rules.script_folder, std::filesystem::perms(0755));
    rules.grace = std::chrono::milliseconds(200);
  }

  std::string script(const std::string& name, const std::string& text) const {
    const std::string path = scratch.write("scripts/" + name, text);
    std::filesystem::permissions(path, std::filesystem::perms(0755));
    return name;
  }

  // What is there is gone first, as when the daemon starts anew.
  void open() {
    runner.reset();
    journal.reset();
    auto opened = Journal::open(scratch / "tasks.journal", system_clock());
    ASSERT_TRUE(opened) << opened.error().message;
    journal = std::move(*opened);
    runner = std::make_unique<Runner>(io.get_executor(), system_clock(), rules,
                                      ScriptFolder(rules.script_folder, ca, rules.unsigned_scripts),
                                      *journal);
  }

  // Whose outcome goes to `outcomes`.
  TaskFollower follower(const std::string& id) {
    return {.end = [this, id](Result<TaskOutcome> end) {
      if (end) {
        outcomes[id] = std::move(*end);
      } else {
        failures[id] = end.error();
      }
    }};
  }

  void run(TaskOrder order) {
    const std::string id = order.id;
    const auto taken = runner->run(std::move(order), follower(id));
    ASSERT_TRUE(taken) << taken.error().message;
  }

  // Until nothing is to be done any more.
  void run_io() {
    io.restart();
    io.run_for(std::chrono::seconds(60));
  }

  TaskOutcome run_to_end(const TaskOrder& order) {
    run(order);
    run_io();
    EXPECT_TRUE(outcomes.contains(order.id));
    return outcomes[order.id];
  }

  const Scratch scratch;
  RunRules rules;
  std::string ca;
  std::map<std::string, TaskOutcome> outcomes;
  std::map<std::string, Error> failures;
  asio::io_context io;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Runner> runner;
};

}  // namespace mega
