#include "tasks/agent/run_rules.h"

#include <algorithm>

#include "base/registered.h"

namespace mega {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Texts = std::vector<std::string>;

const RunRules usual;

const Setting<std::string> script_dir{"script_dir",
                                      usual.script_folder,
                                      "DIR",
                                      "Where the scripts are that this host runs",
                                      {.flag_of = {"daemon"}}};
const Setting<bool> allow_commands{
    "run.allow_commands", usual.allow_commands, "",
    "Run any command that an operator sends, not only scripts of script_dir"};
const Setting<bool> unsigned_scripts{"run.unsigned_scripts", usual.unsigned_scripts, "",
                                     "Run scripts that were placed in script_dir by hand"};
const Setting<std::string> user{"run.user", usual.user, "USER|UID:GID",
                                "Who scripts run as; empty: who the daemon runs as"};
const Setting<Texts> users{"run.users", usual.users, "USER,...",
                           "Whom a task may name instead; *: everybody"};
const Setting<Texts> variables{"run.variables", usual.variables, "NAME,...",
                               "Environment variables that a task may set besides MEGA_..."};
const Setting<std::string> folder{"run.folder", usual.folder, "DIR", "Where scripts start"};
const Setting<std::string> path{"run.path", usual.path, "PATH", "The PATH of scripts"};
const Setting<std::string> python{"run.python", usual.python, "PROGRAM", "What runs .py scripts"};
const Setting<std::string> bash{"run.bash", usual.bash, "PROGRAM", "What runs .sh scripts"};
const Setting<std::string> perl{"run.perl", usual.perl, "PROGRAM", "What runs .pl scripts"};
const Setting<Milliseconds> time_limit{"run.time_limit",
                                       usual.time_limit,
                                       "TIME",
                                       "How long a script may run when its task does not say",
                                       {.min = 1}};
const Setting<Milliseconds> grace{"run.grace",
                                  usual.grace,
                                  "TIME",
                                  "How long a script that is to end has from SIGTERM to SIGKILL",
                                  {.min = 0, .max = 600'000}};
const Setting<ByteCount> output_limit{"run.output_limit",
                                      ByteCount{static_cast<std::int64_t>(usual.output_bytes)},
                                      "BYTES",
                                      "What is kept of standard output and of standard error, each",
                                      {.min = 0, .max = output_bytes_max}};
const Setting<std::int64_t> parallel{"run.parallel",
                                     static_cast<std::int64_t>(usual.parallel),
                                     "N",
                                     "How many tasks run at once; others wait",
                                     {.min = 1, .max = 10'000}};
const Setting<std::int64_t> waiting{"run.waiting",
                                    static_cast<std::int64_t>(usual.waiting),
                                    "N",
                                    "How many tasks may wait; more are refused",
                                    {.min = 0, .max = 1'000'000}};
const Setting<std::int64_t> processes{"run.processes",
                                      static_cast<std::int64_t>(usual.processes),
                                      "N",
                                      "How many processes and threads the user of a script may "
                                      "have, unless it is root; 0: no limit",
                                      {.min = 0, .max = 4'000'000}};
const Setting<Milliseconds> keep_outcomes{"run.keep_outcomes",
                                          Milliseconds(usual.keep_outcomes),
                                          "TIME",
                                          "How long this host remembers what scripts wrote",
                                          {.min = 0}};

}  // namespace

RunRules run_rules(const Settings& settings) {
  return {
      .script_folder = settings[script_dir],
      .allow_commands = settings[allow_commands],
      .unsigned_scripts = settings[unsigned_scripts],
      .user = settings[user],
      .users = settings[users],
      .variables = settings[variables],
      .folder = settings[folder],
      .path = settings[path],
      .python = settings[python],
      .bash = settings[bash],
      .perl = settings[perl],
      .time_limit = settings[time_limit],
      .grace = settings[grace],
      .output_bytes = static_cast<std::size_t>(settings[output_limit].bytes),
      .parallel = static_cast<std::size_t>(settings[parallel]),
      .waiting = static_cast<std::size_t>(settings[waiting]),
      .processes = static_cast<std::uint64_t>(settings[processes]),
      .keep_outcomes = std::chrono::duration_cast<std::chrono::seconds>(settings[keep_outcomes])};
}

}  // namespace mega
