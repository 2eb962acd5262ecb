// For functions that run something on hosts: reads their parameters, and begins the task.
#pragma once

#include "api/function.h"
#include "tasks/store/task_model.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

using HostNames = std::vector<std::vector<std::string>>;

// A text, a number, or a list of these, as words. Errors: invalid_argument naming the parameter.
Result<std::vector<std::string>> words_of(std::string_view param, const Value& value);

// The arguments of a script: a text is one, a list several; a map, or another item that is no word,
// is one as its literal, which scripts of 2014 read.
std::vector<std::string> script_arguments(const Value& value);

// The hosts that `hosts` names (text with ranges, or a list of it), and those that the condition
// `where` selects (empty: none). `what` is the condition's subject; empty: servers, or instances if
// only they have its fields. Errors: as HostDirectory::task_hosts() and parse_host_list();
// invalid_argument when neither chooses any.
Result<std::vector<TaskHost>> chosen_hosts(const Services& services, const Value& hosts,
                                           const std::string& what, const std::string& where);

// All names of the daemons of these hosts, for rules (HostDirectory::daemon_names()).
Result<HostNames> names_of(const Services& services, const std::vector<TaskHost>& hosts);

// Errors: invalid_argument for an order that no host could run.
Result<void> check_task(const NewTask& task);

// Stores the task and wakes the task engine. Returns the id. Errors: those of check_task();
// unavailable without a task engine.
Result<std::int64_t> begin_task(Context& context, NewTask task);

}  // namespace mega
