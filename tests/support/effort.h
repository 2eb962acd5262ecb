// Effort: how the work of a function grows with the size of its input.
//
// Counts instructions where the system lets a process do so, else the processor time of the thread.
// Input 16 times as large takes 16 times the effort when that is linear, 256 times when it is
// quadratic; the bound between them leaves room for sorting, caches and a busy machine.
#pragma once

#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace mega {

class EffortMeter {
 public:
  EffortMeter() {
    perf_event_attr what{};
    what.type = PERF_TYPE_HARDWARE;
    what.size = sizeof what;
    what.config = PERF_COUNT_HW_INSTRUCTIONS;
    what.exclude_kernel = 1;
    what.exclude_hv = 1;
    counter_ = static_cast<int>(::syscall(SYS_perf_event_open, &what, 0, -1, -1, 0));
  }
  ~EffortMeter() {
    if (counter_ >= 0) ::close(counter_);
  }
  EffortMeter(const EffortMeter&) = delete;

  // The least of several runs: others on the machine only add to it.
  double of(const std::function<void()>& work) const {
    double least = 0;
    for (int run = 0; run < 5; ++run) {
      const double before = now();
      work();
      const double effort = now() - before;
      least = run == 0 ? effort : std::min(least, effort);
    }
    return std::max(least, 1.0);
  }

 private:
  double now() const {
    std::int64_t count = 0;
    if (counter_ >= 0 && ::read(counter_, &count, sizeof count) == sizeof count) {
      return static_cast<double>(count);
    }
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
  }

  int counter_ = -1;
};

// `input(n)` makes an input of a size proportional to n.
inline testing::AssertionResult is_linear(std::size_t n,
                                          const std::function<std::string(std::size_t)>& input,
                                          const std::function<void(const std::string&)>& work) {
  constexpr std::size_t times = 16;
  constexpr double most = 80;
  const EffortMeter meter;
  const std::string small = input(n), large = input(times * n);
  const double growth = meter.of([&] { work(large); }) / meter.of([&] { work(small); });
  if (growth <= most) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << large.size() << " bytes take " << growth << " times the effort of " << small.size();
}

// The text `count` times, with the number of each in place of every #.
inline std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    for (const char c : text) c == '#' ? all += std::to_string(i) : all += c;
  }
  return all;
}

}  // namespace mega
