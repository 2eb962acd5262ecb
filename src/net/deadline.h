// Deadline: gives up on something when its time is over, unless the Deadline is gone before.
#pragma once

#include "net/asio.h"

#include <chrono>
#include <functional>
#include <memory>

namespace mega {

// Of one thread of the executor: `give_up` runs there.
class Deadline {
 public:
  Deadline(const asio::any_io_executor& executor, std::chrono::milliseconds time,
           std::function<void()> give_up);
  ~Deadline() { *live_ = false; }
  Deadline(const Deadline&) = delete;

  bool passed() const { return passed_; }

 private:
  std::shared_ptr<bool> live_ = std::make_shared<bool>(true);
  bool passed_ = false;
  asio::steady_timer timer_;
};

}  // namespace mega
