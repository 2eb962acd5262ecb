// LinkSite: a PeerService in the test's process to which daemons connect over TLS.
#pragma once

#include "net/link.h"
#include "tests/support/in_process_service.h"
#include "tests/support/site.h"
#include "wire/envelope.h"
#include "wire/reply.h"

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mega {

// Answers with the request's arguments.
inline std::optional<std::string> give_back(const Caller&, std::string_view payload) {
  const auto envelope = parse_envelope(payload);
  return our_reply(envelope->id, envelope->args);
}

inline void echo(Envelope request, std::shared_ptr<Answering> answering) {
  answering->end(Value(request.args));
}

// A service with a TLS door, and a site that issues certificates.
struct LinkSite {
  explicit LinkSite(Limits limits = {}, Responder responder = give_back)
      : service(std::move(responder), limits) {
    service.on_io_thread([this] {
      service.service().open_tls({.context = TlsContext::server(site.server()).value(),
                                  .clock = system_clock(),
                                  .admit = [this](const Identity& who) -> Result<void> {
                                    if (who.name != revoked) return {};
                                    return fail(Errc::not_allowed, "{} was revoked", who.name);
                                  }});
      service.service().on_presence([this](const std::string& name, bool there) {
        const std::lock_guard lock(mutex);
        changes.push_back((there ? "+" : "-") + name);
      });
    });
  }

  PeerService& peers() { return service.service(); }
  Endpoint endpoint() const { return {Endpoint::Kind::tcp, "127.0.0.1", service.port()}; }
  Credentials agent(const std::string& name) const { return site.holder(name, "agent"); }

  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex);
    return changes;
  }

  Result<Value> ask(const std::string& name, Value args,
                    std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    std::promise<Result<Value>> answer;
    peers().ask(name, {.function = "echo", .args = std::move(args)},
                {.end = [&](Result<Value> end) { answer.set_value(std::move(end)); }}, limit);
    return answer.get_future().get();
  }

  TestSite site;
  std::string revoked;
  std::mutex mutex;
  std::vector<std::string> changes;
  InProcessService service;
};

}  // namespace mega
