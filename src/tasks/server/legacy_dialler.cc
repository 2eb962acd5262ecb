#include "tasks/server/legacy_dialler.h"

#include "tasks/server/legacy_daemon.h"

#include <utility>

namespace mega {
namespace {

class DialJob : public Job {
 public:
  DialJob(TaskHost host, TaskOrder order, const Clock& clock, const std::atomic<bool>& stop,
          std::function<void(TaskOutcome)> ended)
      : host_(std::move(host)),
        order_(std::move(order)),
        clock_(clock),
        stop_(stop),
        ended_(std::move(ended)) {}

  void run() override {
    if (stop_) return;
    auto outcome = run_on_legacy_daemon(host_, order_, clock_, stop_);
    if (!stop_) ended_(std::move(outcome));
  }

 private:
  const TaskHost host_;
  const TaskOrder order_;
  const Clock& clock_;
  const std::atomic<bool>& stop_;
  const std::function<void(TaskOutcome)> ended_;
};

}  // namespace

void LegacyDialler::dial(TaskHost host, TaskOrder order, std::function<void(TaskOutcome)> ended) {
  if (!workers_) workers_ = std::make_unique<Workers>(threads_);
  workers_->push(std::make_unique<DialJob>(std::move(host), std::move(order), clock_, stopping_,
                                           std::move(ended)));
}

void LegacyDialler::stop() {
  stopping_ = true;
  workers_.reset();
}

}  // namespace mega
