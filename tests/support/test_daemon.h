// TestDaemon: an io thread that holds links to servers; the test calls it from its own thread.
#pragma once

#include "net/asio.h"
#include "net/link.h"
#include "net/workers.h"

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace mega {

class TestDaemon {
 public:
  // `handler` answers the server's requests, on the io thread.
  explicit TestDaemon(Link::Handler handler, LinkLimits limits = {});
  ~TestDaemon();  // closes its links

  Result<std::shared_ptr<Link>> open(const Endpoint& server, const Credentials& own);
  Result<Value> ask(const std::shared_ptr<Link>& link, Envelope request,
                    std::chrono::milliseconds limit = std::chrono::seconds(10));
  // Waits for the end of the link.
  Error end_of(const std::shared_ptr<Link>& link);

 private:
  asio::io_context io_{one_io_thread};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  Workers names_{1};
  const Link::Handler handler_;
  const LinkLimits limits_;
  std::vector<std::weak_ptr<Link>> links_;  // opened by open()
  std::thread thread_;
};

}  // namespace mega
