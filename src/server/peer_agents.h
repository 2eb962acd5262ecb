// The daemons that keep a connection to this server.
#pragma once

#include "net/serve.h"
#include "server/agents.h"

#include <string>
#include <utility>

namespace mega {

// The service must outlive every call.
class PeerAgents : public Agents {
 public:
  // Before anything is asked.
  void serve(PeerService& service) { service_ = &service; }

  bool present(const std::string& name) const override { return service_->present(name); }

  void ask(const std::string& name, Envelope request, AgentListener listener) override {
    constexpr std::chrono::milliseconds as_long_as_it_lasts{0};
    service_->ask(name, std::move(request),
                  {.part = std::move(listener.part), .end = std::move(listener.end)},
                  as_long_as_it_lasts);
  }

 private:
  PeerService* service_ = nullptr;
};

}  // namespace mega
