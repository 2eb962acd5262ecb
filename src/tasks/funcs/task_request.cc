#include "tasks/funcs/task_request.h"
#include "hosts/store/directory.h"
#include "tasks/server/tasks.h"
#include "tasks/store/script_store.h"
#include "tasks/store/task_store.h"

#include "base/text.h"
#include "hosts/format/host_list.h"

#include <algorithm>
#include <iterator>

namespace mega {
namespace {

const Service<Tasks> task_driver{"tasks under way"};

const Service<ScriptStore> script_store{"scripts"};
const Service<TaskStore> task_store{"tasks"};
const Service<HostDirectory> directory{"host directory"};

const List* list_of(const Value& value) {
  if (const auto* list = value.as<List>()) return list;
  const auto* tuple = value.as<Tuple>();
  return tuple ? &tuple->items : nullptr;
}

Result<std::string> word_of(std::string_view param, const Value& value) {
  if (const auto* text = value.as<std::string>()) return *text;
  if (const auto* bytes = value.as<Bytes>()) return bytes->data;
  if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
  if (value.is<double>()) return to_python(value);
  return fail(Errc::invalid_argument, "{} takes words, not a {}", param, kind_name(value));
}

// As Python 2 passes a literal to a script.
constexpr PythonStyle script_style{.ascii = true, .hide_terminator = false};

// Appends the hosts that are not in the list yet.
void append_new(std::vector<TaskHost>& hosts, std::vector<TaskHost> more) {
  for (TaskHost& host : more) {
    if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(std::move(host));
  }
}

}  // namespace

Result<std::vector<std::string>> words_of(std::string_view param, const Value& value) {
  std::vector<std::string> words;
  if (value.is_none()) return words;
  const List single{value};
  const List* list = list_of(value);
  for (const Value& item : list ? *list : single) {
    auto word = word_of(param, item);
    if (!word) return fail(word.error());
    words.push_back(*std::move(word));
  }
  return words;
}

std::vector<std::string> script_arguments(const Value& value) {
  std::vector<std::string> words;
  if (value.is_none()) return words;
  const List single{value};
  const List* list = list_of(value);
  for (const Value& item : list ? *list : single) {
    words.push_back(word_of("", item).value_or(to_python(item, script_style)));
  }
  return words;
}

namespace {

// The column of the caret under a mistake in a condition.
std::size_t caret_of(const Error& mistake) {
  return mistake.message.size() - mistake.message.rfind('\n');
}

Result<std::vector<TaskHost>> selected_hosts(const Services& services, const std::string& what,
                                             const std::string& where) {
  if (!what.empty()) return services[directory].task_hosts_where(what, where);
  auto servers = services[directory].task_hosts_where("server", where);
  if (servers || servers.error().code != Errc::invalid_argument) return servers;
  auto instances = services[directory].task_hosts_where("instance", where);
  if (instances) return instances;
  // Both failed: the later mistake is the one that counts, because the other subject knows the
  // fields before it.
  return caret_of(servers.error()) >= caret_of(instances.error()) ? servers : instances;
}

}  // namespace

Result<std::vector<TaskHost>> chosen_hosts(const Services& services, const Value& hosts,
                                           const std::string& what, const std::string& where) {
  const auto texts = words_of("hosts", hosts);
  if (!texts) return fail(texts.error());
  std::vector<std::string> names;
  for (const std::string& text : *texts) {
    auto listed = parse_host_list(text);
    if (!listed) return fail(listed.error());
    std::ranges::move(*listed, std::back_inserter(names));
  }
  auto chosen = services[directory].task_hosts(names);
  if (!chosen) return chosen;
  if (!trim(where).empty()) {
    auto selected = selected_hosts(services, what, where);
    if (!selected) return selected;
    if (selected->empty()) {
      return fail(Errc::not_found, "the condition selects no {} that is online",
                  what.empty() ? "host" : what);
    }
    names.empty() ? std::swap(*chosen, *selected) : append_new(*chosen, *std::move(selected));
  }
  if (chosen->empty()) return fail(Errc::invalid_argument, "say on which hosts: hosts or where");
  return chosen;
}

Result<HostNames> names_of(const Services& services, const std::vector<TaskHost>& hosts) {
  return services[directory].daemon_names(hosts);
}

Result<void> check_task(const NewTask& task) {
  TaskOrder order = task.order;
  order.id = std::string(1, '0');  // each host's order gets its own id
  return check_order(order);
}

Result<std::int64_t> begin_task(Context& context, NewTask task) {
  Tasks* const driver = context.find(task_driver);
  if (!driver) return fail(Errc::unavailable, "nobody drives tasks here");
  if (auto good = check_task(task); !good) return fail(good.error());
  if (!task.order.script.empty()) {
    auto digest = context[script_store].script_digest(task.order.script);
    if (!digest) return fail(digest.error());
    task.order.digest = digest->value_or("");  // "": not kept here, the host's own version
  }
  auto id = context[task_store].add_task(context.author, task);
  if (id) driver->look();
  return id;
}

}  // namespace mega
