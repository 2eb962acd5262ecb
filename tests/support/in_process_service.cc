#include "tests/support/in_process_service.h"

#include "net/coroutines.h"

#include <future>
#include <stdexcept>

namespace mega {
namespace {

asio::awaitable<void> drain_and_tell(PeerService& service, std::atomic<bool>& drained) {
  co_await service.drain();
  drained = true;
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace

InProcessService::InProcessService(Responder responder, Limits limits, int workers,
                                   const std::vector<std::string>& allow)
    : workers_(std::make_unique<Workers>(workers)) {
  LegacyRule legacy{.allow = must(AddressRanges::parse(allow)), .role = Role::reader};
  service_ = std::make_unique<PeerService>(io_, *workers_, std::move(responder), limits,
                                           std::move(legacy));
  unix_ = must(Listener::unix_socket(io_, scratch_ / "s"));
  tcp_ = must(Listener::tcp(io_, {.address = "127.0.0.1", .port = 0, .loopback = true}));
  port_ = static_cast<std::uint16_t>(std::stoi(tcp_->name().substr(tcp_->name().rfind(':') + 1)));
  spawn(io_.get_executor(), unix_->accept_all(*service_), "listen");
  spawn(io_.get_executor(), tcp_->accept_all(*service_), "listen");
  spawn(io_.get_executor(), service_->watch_limits(), "serve");
  io_thread_ = std::thread([this] { io_.run(); });
}

InProcessService::~InProcessService() {
  begin_drain();
  io_thread_.join();
  workers_.reset();
}

void InProcessService::begin_drain() {
  if (draining_.exchange(true)) return;
  asio::post(io_, [this] {
    unix_->close();
    tcp_->close();
    spawn(io_.get_executor(), drain_and_tell(*service_, drained_), "serve");
  });
}

void InProcessService::on_io_thread(std::function<void()> work) {
  std::promise<void> done;
  asio::post(io_, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace mega
