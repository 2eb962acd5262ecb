// What functions that run something on hosts are asked with: hosts, words, and the task that these
// become.
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

// What a script gets: text is one argument, a list several, a map its literal, which scripts of
// 2014 read. Errors: as words_of.
Result<std::vector<std::string>> script_arguments(std::string_view param, const Value& value);

// Those that are named (text with ranges, or a list of it), and those that the condition selects;
// `where` empty: none. `what` empty: it is about servers, or about instances when only they have
// its fields. Errors: as Store::task_hosts and parse_host_list; invalid_argument when
// neither chooses any.
Result<std::vector<TaskHost>> chosen_hosts(const Services& services, const Value& hosts,
                                           const std::string& what, const std::string& where);

// All the names of each, for rules.
HostNames names_of(const std::vector<TaskHost>& hosts);

// Errors: invalid_argument for an order that no host could run.
Result<void> check_task(const NewTask& task);

// The task is noted, and goes on its way. Its id. Errors: those of check_task;
// unavailable where no engine drives tasks.
Result<std::int64_t> begin_task(Context& context, NewTask task);

}  // namespace mega
