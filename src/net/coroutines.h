// Helpers for coroutines:
//
//   Deadline   calls a function when a time-out expires before the Deadline is destroyed
//   spawn()    starts a detached coroutine and logs its exceptions, which asio::detached drops
//   run_on()   runs blocking work for a coroutine on the workers
#pragma once

#include "net/asio.h"
#include "net/workers.h"

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace mega {

// For use on the executor's single thread; `give_up` runs there.
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

// `name` starts the log line and must outlive the coroutine (use a literal). Not inline: g++ 12
// fails to link optimised code ("defined in discarded section") when two files instantiate
// asio::co_spawn alike.
void spawn(const asio::any_io_executor& executor, asio::awaitable<void> work, const char* name);

// Runs `work` on a worker and resumes on the coroutine's own executor with its result, or rethrows
// its exception there. `work` and the objects it refers to must live until then; its result must
// not be void.
template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> run_on(Workers& workers, Work work) {
  using Returned = std::invoke_result_t<Work&>;
  std::optional<Returned> value;
  std::exception_ptr thrown;

  // `value` and `thrown` are written before the coroutine is posted and read after it has resumed.
  auto start = [&workers, &work, &value, &thrown](auto handler) {
    using Handler = decltype(handler);
    struct Run : Job {
      Run(Handler h, Work& w, std::optional<Returned>& v, std::exception_ptr& t)
          : resume(std::move(h)),
            task(w),
            result(v),
            error(t),
            alive(asio::prefer(asio::get_associated_executor(resume),
                               asio::execution::outstanding_work.tracked)) {}
      void run() override {
        try {
          result.emplace(task());
        } catch (...) {
          error = std::current_exception();
        }
        const auto executor = asio::get_associated_executor(resume);
        asio::post(executor, std::move(resume));
      }
      Handler resume;
      Work& task;
      std::optional<Returned>& result;
      std::exception_ptr& error;
      asio::any_io_executor alive;  // clang 14 crashes on this as a default in a local class
    };
    workers.push(std::make_unique<Run>(std::move(handler), work, value, thrown));
  };
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(start, asio::use_awaitable);
  if (thrown) std::rethrow_exception(thrown);
  co_return std::move(*value);
}

}  // namespace mega
