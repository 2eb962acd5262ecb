// Watch: what went wrong without anybody asking. It looks into the store and raises alerts:
//
//   task_failed      a task that did not end well on all of its hosts
//   schedule_failed  such a task that a schedule has made; then it is no task_failed
//   daemon_silent    a host that has sent no heartbeat for alert.silent
//
// Each is told once, also over restarts. What else becomes of due times the scheduler tells itself,
// with the same topic, so that a schedule that fails at each due time is told of once in a while.
#pragma once

#include "base/settings.h"
#include "alerts/server/alerts.h"
#include "value/row_view.h"
#include "sql/database.h"

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace mega {

struct WatchOptions {
  std::chrono::seconds silent{900};
};

WatchOptions read_watch_options(const Settings& settings);
const std::vector<std::string>& watch_setting_names();

// Used by one thread. What it refers to must outlive it.
class Watch {
 public:
  Watch(const Store& store, const Clock& clock, const Alerts& alerts, const WatchOptions& options)
      : store_(store), clock_(clock), alerts_(alerts), options_(options), start_(clock.now()) {}

  // What has happened since the last look, and at the first one within the last hour.
  // Errors: those of the store.
  Result<void> look();

 private:
  Result<void> look_at_tasks();
  Result<void> look_at_daemons();
  Result<void> tell_of_task(const RowView& task, std::int64_t bad);
  void tell(Alert alert);

  const Store& store_;
  const Clock& clock_;
  const Alerts& alerts_;
  const WatchOptions options_;
  const Time start_;            // nobody is silent because the server was away
  std::set<std::string> told_;  // by Alert::once; what is not is asked of the store
};

}  // namespace mega
