// run_on: blocking work for a coroutine, done on the workers.
#pragma once

#include "net/asio.h"
#include "net/workers.h"

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace mega {

// Runs `work` on a worker and resumes on the coroutine's own executor with what it returned, or
// throws there what it threw. `work` and what it refers to must live until then; its result must
// not be void.
template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> run_on(Workers& workers, Work work) {
  using Returned = std::invoke_result_t<Work&>;
  std::optional<Returned> value;
  std::exception_ptr thrown;

  // Both results are written before the coroutine is posted and read after it has resumed.
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
      asio::any_io_executor alive;  // clang 14 falls over this as a default in a local class
    };
    workers.push(std::make_unique<Run>(std::move(handler), work, value, thrown));
  };
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(start, asio::use_awaitable);
  if (thrown) std::rethrow_exception(thrown);
  co_return std::move(*value);
}

}  // namespace mega
