#include "tests/support/test_daemon.h"

#include <future>

namespace mega {
namespace {

// Runs a coroutine on the io thread and waits for its result.
template <class T>
T run(asio::io_context& io, asio::awaitable<T> work) {
  return asio::co_spawn(io, std::move(work), asio::use_future).get();
}

asio::awaitable<Result<Value>> ask_on(std::shared_ptr<Link> link, Envelope request,
                                      std::chrono::milliseconds limit) {
  co_return co_await link->ask(std::move(request), limit);
}

asio::awaitable<Error> end_on(std::shared_ptr<Link> link) { co_return co_await link->ended(); }

}  // namespace

TestDaemon::TestDaemon(Link::Handler handler, LinkLimits limits)
    : work_(io_.get_executor()), handler_(std::move(handler)), limits_(limits) {
  thread_ = std::thread([this] { io_.run(); });
}

TestDaemon::~TestDaemon() {
  for (const auto& opened : links_) {
    if (const auto link = opened.lock()) link->close();
  }
  work_.reset();
  thread_.join();
}

Result<std::shared_ptr<Link>> TestDaemon::open(const Endpoint& server, const Credentials& own) {
  auto context = TlsContext::client(own, system_clock());
  if (!context) return fail(context.error());
  auto link = run(io_, Link::open(io_, names_, server, std::move(*context), limits_, handler_));
  if (link) links_.push_back(*link);
  return link;
}

Result<Value> TestDaemon::ask(const std::shared_ptr<Link>& link, Envelope request,
                              std::chrono::milliseconds limit) {
  return run(io_, ask_on(link, std::move(request), limit));
}

Error TestDaemon::end_of(const std::shared_ptr<Link>& link) { return run(io_, end_on(link)); }

}  // namespace mega
