#include "tasks/agent/prepare.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "tasks/agent/accounts.h"
#include "tasks/format/order.h"

namespace mega {
namespace {

constexpr const char* task_variable = "MEGA_TASK_ID";

bool is_program(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         (info.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
}

// Finds the program as execvp(3) does, without starting it.
Result<std::string> find_program(const std::string& name, const std::string& search_path) {
  if (name.find('/') != name.npos) return name;
  for (const std::string_view folder : split(search_path, ':')) {
    std::string path = fmt::format("{}/{}", folder, name);
    if (folder.starts_with('/') && is_program(path)) return path;
  }
  return fail(Errc::refused, "there is no {} in {}", one_line(name), search_path);
}

Result<void> set_script(const TaskOrder& order, const RunRules& rules, const ScriptFolder& folder,
                        Prepared& prepared) {
  const auto script = folder.find(order.script);
  if (!script) {
    // A script that was changed on this host stays in place, so that the change can be examined,
    // until the server has a newer version.
    const bool outdated = script.error().code == Errc::corrupt && !order.digest.empty() &&
                          order.digest != folder.sent_digest(order.script);
    if (!outdated) return fail(script.error());
    return fail(Errc::not_found, "{} on this host is not the one that the server knows",
                order.script);
  }
  // A script from the server runs only in the server's current version, whose digest the order
  // names.
  if (script->is_signed && order.digest.empty()) {
    return fail(Errc::refused, "{} came from the server, which does not have it any more",
                order.script);
  }
  if (!order.digest.empty() && order.digest != script->digest) {
    return fail(Errc::not_found, "{} on this host is not the one that the server knows",
                order.script);
  }
  prepared.what = script->name;
  ScriptPlan& plan = prepared.plan;
  const std::string interpreter = interpreter_of(order);
  if (interpreter == "cmd") {
    if (!script->executable) {
      return fail(Errc::refused, "{} is not executable, and its name tells no interpreter",
                  script->name);
    }
    plan.program = script->path;
  } else {
    const auto& name = interpreter == "python" ? rules.python
                       : interpreter == "bash" ? rules.bash
                                               : rules.perl;
    auto program = find_program(name, rules.path);
    if (!program) return fail(program.error());
    plan.program = std::move(*program);
    plan.arguments = {plan.program};
  }
  plan.arguments.push_back(script->path);
  plan.arguments.insert(plan.arguments.end(), order.args.begin(), order.args.end());
  return {};
}

Result<void> set_command(const TaskOrder& order, const RunRules& rules, Prepared& prepared) {
  if (!rules.allow_commands) {
    return fail(Errc::refused, "this host runs scripts only: run.allow_commands is off");
  }
  auto program = find_program(order.command.front(), rules.path);
  if (!program) return fail(program.error());
  prepared.what = order.command.front();
  prepared.plan.program = std::move(*program);
  prepared.plan.arguments = order.command;
  return {};
}

bool may_run_as(const std::string& user, const RunRules& rules) {
  return user == rules.user || std::ranges::any_of(rules.users, [&](const std::string& allowed) {
           return allowed == "*" || allowed == user;
         });
}

// The account of the script. Sets plan.account only if it differs from the daemon's account.
Result<Account> set_account(const TaskOrder& order, const RunRules& rules, ScriptPlan& plan) {
  if (!order.user.empty() && !may_run_as(order.user, rules)) {
    return fail(Errc::refused, "this host runs nothing as {}: run.users does not name him",
                mega::quoted(order.user));
  }
  const std::string& user = order.user.empty() ? rules.user : order.user;
  const Account own = own_account();
  if (user.empty()) return own;
  auto account = find_account(user);
  if (!account) return fail(Errc::refused, "{}", account.error().message);
  if (account->uid == own.uid && account->gid == own.gid) return own;
  if (own.uid != 0) {
    return fail(Errc::refused, "the daemon runs as {} and cannot run anything as {}",
                own.name.empty() ? std::to_string(own.uid) : own.name, mega::quoted(user));
  }
  plan.account = *account;
  return *account;
}

// Some variables make an interpreter run other code (BASH_ENV, LD_PRELOAD, exported bash
// functions), so a host that runs only its own scripts refuses them.
Result<void> check_variables(const TaskOrder& order, const RunRules& rules) {
  for (const auto& [name, text] : order.environment) {
    const bool ours = name.starts_with("MEGA_") && name != task_variable;
    if (ours || rules.allow_commands ||
        std::ranges::find(rules.variables, name) != rules.variables.end()) {
      continue;
    }
    return fail(Errc::refused,
                "this host does not take the environment variable {}: "
                "run.variables does not name it",
                mega::quoted(name));
  }
  return {};
}

std::string variable_or(const char* name, const char* fallback) {
  const char* text = std::getenv(name);
  return text && *text ? text : fallback;
}

void set_environment(const TaskOrder& order, const RunRules& rules, const Account& account,
                     ScriptPlan& plan) {
  std::map<std::string, std::string> environment = {{"PATH", rules.path},
                                                    {"HOME", account.home},
                                                    {"SHELL", "/bin/sh"},
                                                    {"LANG", variable_or("LANG", "C.UTF-8")}};
  if (!account.name.empty()) environment["USER"] = environment["LOGNAME"] = account.name;
  if (const std::string zone = variable_or("TZ", ""); !zone.empty()) environment["TZ"] = zone;
  for (const auto& [name, text] : order.environment) environment[name] = text;
  environment[task_variable] = order.id;
  for (const auto& [name, text] : environment) plan.environment.push_back(name + "=" + text);
}

ExecutionLimits limits_of(const TaskOrder& order, const RunRules& rules) {
  ExecutionLimits limits{
      .time = rules.time_limit, .grace = rules.grace, .output_bytes = rules.output_bytes};
  constexpr std::int64_t seconds_max = 366LL * 24 * 3600;
  if (order.time_limit_s > 0) {
    limits.time = std::chrono::seconds(std::min(order.time_limit_s, seconds_max));
  }
  if (order.output_limit_bytes > 0) {
    limits.output_bytes =
        static_cast<std::size_t>(std::min(order.output_limit_bytes, output_bytes_max));
  }
  return limits;
}

}  // namespace

Result<Prepared> prepare(const TaskOrder& order, const RunRules& rules,
                         const ScriptFolder& folder) {
  if (auto checked = check_order(order); !checked)
    return fail(Errc::refused, "{}", checked.error().message);
  if (auto checked = check_variables(order, rules); !checked) return fail(checked.error());
  Prepared prepared;
  auto set = order.command.empty() ? set_script(order, rules, folder, prepared)
                                   : set_command(order, rules, prepared);
  if (!set) return fail(set.error());
  const auto account = set_account(order, rules, prepared.plan);
  if (!account) return fail(account.error());

  ScriptPlan& plan = prepared.plan;
  set_environment(order, rules, *account, plan);
  plan.folder = order.folder.empty() ? rules.folder : order.folder;
  if (!plan.folder.starts_with('/')) {
    return fail(Errc::refused, "the folder {} does not begin with /", mega::quoted(plan.folder));
  }
  plan.input = order.input;
  plan.nice = static_cast<int>(order.nice);
  plan.grace = rules.grace;
  plan.cgroup = rules.cgroup;
  plan.processes_max = rules.processes;
  prepared.limits = limits_of(order, rules);
  return prepared;
}

}  // namespace mega
