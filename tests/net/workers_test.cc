#include "net/workers.h"

#include "net/coroutines.h"
#include "tests/support/gate.h"
#include "tests/support/in_process_service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <thread>

namespace mega {
namespace {

class Task : public Job {
 public:
  explicit Task(std::function<void()> work) : work_(std::move(work)) {}
  void run() override { work_(); }

 private:
  std::function<void()> work_;
};

void push(Workers& workers, std::function<void()> work) {
  workers.push(std::make_unique<Task>(std::move(work)));
}

TEST(Workers, RunWhatIsQueuedBeforeTheyEnd) {
  std::atomic<int> runs{0};
  {
    Workers workers(3);
    for (int i = 0; i < 1000; ++i) push(workers, [&] { ++runs; });
  }
  EXPECT_EQ(runs, 1000);
}

TEST(Workers, StartInTheOrderPushed) {
  std::vector<int> order;
  {
    Workers workers(1);
    for (int i = 0; i < 100; ++i) push(workers, [&, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST(Workers, RunAsManyAtOnceAsThereAreThreads) {
  Gate gate;
  std::atomic<int> inside{0};
  Workers workers(3);
  for (int i = 0; i < 4; ++i) {
    push(workers, [&] {
      ++inside;
      gate.pass();
    });
  }
  EXPECT_TRUE(eventually([&] { return inside == 3; }));
  EXPECT_EQ(workers.waiting(), 1u);
  gate.open();
  EXPECT_TRUE(eventually([&] { return inside == 4; }));
}

void push_reserved(Workers& workers, std::function<void()> work) {
  std::vector<std::unique_ptr<Job>> jobs;
  jobs.push_back(std::make_unique<Task>(std::move(work)));
  workers.push(jobs, Lane::reserved);
}

TEST(Workers, StartReservedJobsBeforeOthers) {
  Gate gate;
  std::vector<char> order;
  std::atomic<bool> busy{false};
  {
    Workers workers(1);
    push(workers, [&] {
      busy = true;
      gate.pass();
    });
    ASSERT_TRUE(eventually([&] { return busy.load(); }));
    push(workers, [&] { order.push_back('c'); });
    push_reserved(workers, [&] { order.push_back('r'); });
    gate.open();
  }
  EXPECT_EQ(order, (std::vector<char>{'r', 'c'}));
}

TEST(Workers, RunReservedJobsWhileAllOthersAreBusy) {
  Gate gate;
  std::atomic<int> busy{0}, reserved{0}, common{0};
  Workers workers(2, 1);
  EXPECT_EQ(workers.threads(), 2);
  for (int i = 0; i < 2; ++i) {
    push(workers, [&] {
      ++busy;
      gate.pass();
    });
  }
  ASSERT_TRUE(eventually([&] { return busy == 2; }));
  push(workers, [&] { ++common; });
  for (int i = 0; i < 3; ++i) push_reserved(workers, [&] { ++reserved; });
  EXPECT_TRUE(eventually([&] { return reserved == 3; }));
  EXPECT_EQ(common, 0);
  gate.open();
  EXPECT_TRUE(eventually([&] { return common == 1; }));
}

TEST(Workers, OutliveAJobThatThrows) {
  std::atomic<bool> ran{false};
  Workers workers(1);
  push(workers, [] { throw std::runtime_error("on purpose"); });
  push(workers, [&] { ran = true; });
  EXPECT_TRUE(eventually([&] { return ran.load(); }));
}

asio::awaitable<void> ask_where(Workers& workers, std::thread::id& before, std::thread::id& inside,
                                std::thread::id& after) {
  before = std::this_thread::get_id();
  auto where = [] { return std::this_thread::get_id(); };
  inside = co_await run_on(workers, where);
  after = std::this_thread::get_id();
}

TEST(RunOn, WorksOnAWorkerAndResumesWhereItWas) {
  asio::io_context io{one_io_thread};
  Workers workers(1);
  std::thread::id before, inside, after;
  spawn(io.get_executor(), ask_where(workers, before, inside, after), "test");
  io.run();
  EXPECT_EQ(before, std::this_thread::get_id());
  EXPECT_EQ(after, std::this_thread::get_id());
  EXPECT_NE(inside, std::thread::id());
  EXPECT_NE(inside, before);
}

asio::awaitable<void> catch_from(Workers& workers, std::string& caught) {
  auto work = []() -> int { throw std::runtime_error("on purpose"); };
  try {
    co_await run_on(workers, work);
  } catch (const std::exception& e) {
    caught = e.what();
  }
}

TEST(RunOn, ThrowsInTheCoroutineWhatTheWorkThrew) {
  asio::io_context io{one_io_thread};
  Workers workers(1);
  std::string caught;
  spawn(io.get_executor(), catch_from(workers, caught), "test");
  io.run();
  EXPECT_EQ(caught, "on purpose");
}

}  // namespace
}  // namespace mega
