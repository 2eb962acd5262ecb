// A PeerService in the test's process, with its io thread, workers, a unix socket and a TCP port.
#pragma once

#include "net/listen.h"
#include "net/serve.h"
#include "tests/support/eventually.h"
#include "tests/support/scratch.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace mega {

class InProcessService {
 public:
  explicit InProcessService(Responder responder, Limits limits = {}, int workers = 4,
                            const std::vector<std::string>& allow = {"127.0.0.0/8"});
  ~InProcessService();  // drains

  const std::string& socket() const { return unix_->name(); }
  std::uint16_t port() const { return port_; }
  PeerService& service() { return *service_; }

  // Stops accepting and starts to drain; returns at once. drained() is true when done.
  void begin_drain();
  bool drained() const { return drained_; }

  // Runs `work` on the io thread and waits for it.
  void on_io_thread(std::function<void()> work);

 private:
  Scratch scratch_;
  asio::io_context io_{one_io_thread};
  std::unique_ptr<Workers> workers_;
  std::unique_ptr<PeerService> service_;
  std::unique_ptr<Listener> unix_;
  std::unique_ptr<Listener> tcp_;
  std::uint16_t port_ = 0;
  std::atomic<bool> draining_{false};
  std::atomic<bool> drained_{false};
  std::thread io_thread_;
};

}  // namespace mega
