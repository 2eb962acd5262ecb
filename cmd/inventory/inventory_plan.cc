#include "cmd/inventory/inventory_plan.h"

#include "cmd/inventory/inventory_outcome.h"

#include <algorithm>
#include <map>
#include <set>

namespace mega {
namespace {

constexpr std::string_view master_field = "master";

// The phases of steps, in order; within a phase, steps keep the order of the records.
enum Phase { add_or_change, set_master, add_or_change_database, take_offline };

struct PlannedStep {
  Phase phase;
  int rank = 0;  // in take_offline: dependencies come last
  Step step;
};

// A time is sent with its offset: the server may be in another zone.
Value sent(const Value& value) {
  if (const auto* time = value.as<Time>()) return format_iso(*time);
  return value;
}

class Planner {
 public:
  Planner(const InventoryModel& wanted, const InventoryModel& current)
      : wanted_(wanted), current_(current) {
    for (const auto* inventory : {&current_, &wanted_}) {
      for (const Record& record : inventory->records) {
        if (record.keys.size() != 2) continue;
        const std::string place = place_of(record);
        known_.insert(place);
        if (const auto master = record.text(master_field)) masters_[place] = *master;
      }
    }
  }

  Result<void> add(const Record& record) {
    if (const auto checked = check_master(record); !checked) return checked;
    const Record* now = current_.find(*record.kind, record.keys);
    now ? change(record, *now) : create(record);
    return {};
  }

  // Takes a record offline that the file does not have.
  void remove(const Record& now) {
    if (!now.online()) return;
    start({'-', name_of(now) + "  online -> offline", ""});
    offline(now);
  }

  Plan plan() {
    std::ranges::stable_sort(steps_, [](const PlannedStep& a, const PlannedStep& b) {
      return std::pair(a.phase, a.rank) < std::pair(b.phase, b.rank);
    });
    for (PlannedStep& planned : steps_) plan_.steps.push_back(std::move(planned.step));
    return std::move(plan_);
  }

 private:
  static std::string place_of(const Record& instance) {
    return place_of_instance(*instance.keys[0].as<std::string>(),
                             *instance.keys[1].as<std::int64_t>());
  }

  Result<void> check_master(const Record& record) const {
    const std::string master = record.text(master_field).value_or("");
    if (master.empty() || known_.contains(master)) return {};
    return fail(Errc::invalid_argument,
                "{}: the master {} of {} is neither in the file nor on the server", record.place,
                master, name_of(record));
  }

  void start(Difference difference) { plan_.differences.push_back(std::move(difference)); }

  void put(Phase phase, int rank, Step step) {
    step.difference = plan_.differences.size() - 1;
    ++plan_.differences.back().steps;
    steps_.push_back({phase, rank, std::move(step)});
  }

  static CallArguments keys_of(const Record& record) {
    CallArguments arguments;
    for (std::size_t i = 0; i < record.keys.size(); ++i) {
      arguments.named.emplace_back(record.kind->keys[i].argument, record.keys[i]);
    }
    return arguments;
  }

  static Phase phase_of(const Record& record) {
    return record.kind->name == "database" ? add_or_change_database : add_or_change;
  }

  void create(const Record& record) {
    const RecordKind& kind = *record.kind;
    Difference difference{'+', name_of(record), record.place};
    CallArguments arguments = keys_of(record);
    for (std::size_t i = 0; i < kind.stat_index(); ++i) {
      if (!record.fields[i]) continue;
      difference.text += fmt::format("{}{} {}", difference.text == name_of(record) ? "  " : ", ",
                                     kind.fields[i].name, shown_field(*record.fields[i]));
      if (kind.fields[i].name == master_field) continue;
      arguments.named.emplace_back(kind.fields[i].argument, sent(*record.fields[i]));
    }
    const std::string master = record.text(master_field).value_or("");
    const auto role = kind.index_of("role");
    if (!master.empty() && role && !record.fields[*role]) {
      arguments.named.emplace_back(kind.fields[*role].argument, 2);  // with a master: a slave
    }
    if (!record.online()) difference.text += ", offline";
    start(std::move(difference));
    put(phase_of(record), 0,
        {.function = std::string(kind.add), .arguments = std::move(arguments)});
    if (!master.empty()) change_master(record, master);
    if (!record.online()) offline(record);
  }

  void change(const Record& record, const Record& now) {
    const RecordKind& kind = *record.kind;
    std::string text;
    CallArguments arguments = keys_of(record);
    const std::size_t unchanged = arguments.named.size();
    bool master_changes = false;
    bool goes_offline = false;
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
      const auto& wanted = record.fields[i];
      const auto& before = now.fields[i];
      if (!wanted || wanted == before) continue;
      text += fmt::format("{}{} {} -> {}", text.empty() ? "  " : ", ", kind.fields[i].name,
                          before ? shown_field(*before) : "none", shown_field(*wanted));
      if (kind.fields[i].name == master_field) {
        master_changes = true;
      } else if (i == kind.stat_index() && !record.online()) {
        goes_offline = true;
      } else {
        arguments.named.emplace_back(kind.fields[i].argument, sent(*wanted));
      }
    }
    if (text.empty()) return;
    start({goes_offline ? '-' : '~', name_of(record) + text, record.place});
    if (arguments.named.size() > unchanged) {
      put(phase_of(record), 0,
          {.function = std::string(kind.mod), .arguments = std::move(arguments)});
    }
    if (master_changes) change_master(record, record.text(master_field).value_or(""));
    if (goes_offline) offline(record);
  }

  void change_master(const Record& record, const std::string& master) {
    Step step{
        .function = std::string(record.kind->mod), .arguments = keys_of(record), .master = master};
    if (master.empty()) step.arguments.named.emplace_back("instance_master", 0);
    put(set_master, 0, std::move(step));
  }

  void offline(const Record& record) {
    CallArguments arguments = keys_of(record);
    arguments.named.emplace_back(record.kind->fields.back().argument, false);
    put(take_offline, offline_rank(record),
        {.function = std::string(record.kind->mod), .arguments = std::move(arguments)});
  }

  // The order: databases, instances without slaves, their masters, servers, owners and businesses.
  int offline_rank(const Record& record) const {
    constexpr int instances_at = 1;
    constexpr int servers_at = 1 << 20;
    if (record.kind->name == "database") return 0;
    if (record.kind->name == "instance") return instances_at + height(place_of(record));
    return record.kind->name == "server" ? servers_at : servers_at + 1;
  }

  // The depth of the replication tree below the instance; handles rings.
  int height(const std::string& place) const {
    std::set<std::string> seen{place};
    std::vector<std::string> level{place};
    for (int depth = 0;; ++depth) {
      std::vector<std::string> next;
      for (const auto& [slave, master] : masters_) {
        if (std::ranges::count(level, master) > 0 && seen.insert(slave).second)
          next.push_back(slave);
      }
      if (next.empty()) return depth;
      level = std::move(next);
    }
  }

  const InventoryModel& wanted_;
  const InventoryModel& current_;
  std::set<std::string> known_;                 // places of all instances
  std::map<std::string, std::string> masters_;  // place of an instance -> place of its master
  std::vector<PlannedStep> steps_;
  Plan plan_;
};

}  // namespace

Result<Plan> plan_changes(const InventoryModel& wanted, const InventoryModel& current,
                          bool remove) {
  if (auto checked = check_outcome(wanted, current, remove); !checked) return fail(checked.error());
  Planner planner(wanted, current);
  for (const Record& record : wanted.records) {
    if (const auto added = planner.add(record); !added) return fail(added.error());
  }
  if (remove) {
    for (const Record& record : current.records) {
      if (!wanted.find(*record.kind, record.keys)) planner.remove(record);
    }
  }
  return planner.plan();
}

}  // namespace mega
