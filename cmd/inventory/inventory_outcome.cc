#include "cmd/inventory/inventory_outcome.h"

#include <algorithm>

namespace mega {
namespace {

// One record before and after the plan. At least one of the two is not null.
struct Change {
  const Record* wanted = nullptr;  // nullptr: the file does not have it
  const Record* now = nullptr;     // nullptr: the server does not have it
  bool online = false;             // after the plan

  const Record& record() const { return wanted ? *wanted : *now; }
  bool goes_offline() const { return now && now->online() && !online; }
  std::string master() const {
    const auto given = wanted ? wanted->text("master") : std::nullopt;
    return given || !now ? given.value_or("") : now->text("master").value_or("");
  }
};

// A state that the file does not set stays as it is.
bool online_after(const Record& wanted, const Record* now) {
  const bool is_set = wanted.fields[wanted.kind->stat_index()].has_value();
  return is_set || !now ? wanted.online() : now->online();
}

std::vector<Change> changes(const InventoryModel& wanted, const InventoryModel& current,
                            bool remove) {
  std::vector<Change> all;
  for (const Record& record : wanted.records) {
    const Record* now = current.find(*record.kind, record.keys);
    all.push_back({&record, now, online_after(record, now)});
  }
  for (const Record& now : current.records) {
    if (!wanted.find(*now.kind, now.keys)) all.push_back({nullptr, &now, now.online() && !remove});
  }
  return all;
}

// Whether `above` is the server or the master of the instance.
bool is_below(const Change& instance, const Record& above) {
  const auto& keys = instance.record().keys;
  if (above.kind->name == "server") return keys[0] == above.keys[0];
  return instance.master() ==
         place_of_instance(*above.keys[0].as<std::string>(), *above.keys[1].as<std::int64_t>());
}

}  // namespace

Result<void> check_outcome(const InventoryModel& wanted, const InventoryModel& current,
                           bool remove) {
  const auto all = changes(wanted, current, remove);
  std::vector<const Change*> online;
  for (const Change& change : all) {
    if (change.record().kind->name == "instance" && change.online) online.push_back(&change);
  }
  for (const Change& change : all) {
    const Record& record = change.record();
    const bool has_below = record.kind->name == "server" || record.kind->name == "instance";
    if (!has_below || !change.goes_offline()) continue;
    const auto below = std::ranges::find_if(
        online, [&](const Change* instance) { return is_below(*instance, record); });
    if (below == online.end()) continue;
    return fail(Errc::refused, "{}{}{} cannot go offline: {} {}, and stays online", record.place,
                record.place.empty() ? "" : ": ", name_of(record), name_of((*below)->record()),
                record.kind->name == "server" ? "is on it" : "is its slave");
  }
  return {};
}

}  // namespace mega
