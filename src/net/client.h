// Asking a server, from the caller's side: what `mega call`, `mega ping` and their like do.
//
// Blocking, for commands: one thread, one connection, every wait limited. Our dialect keeps the
// connection and can have many requests open; the legacy one opens a connection for each request,
// as peers of 2014 do.
#pragma once

#include "base/result.h"
#include "net/endpoint.h"
#include "trust/certificate.h"
#include "wire/envelope.h"
#include "wire/reply.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace mega {

struct AskLimits {
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds answer{60000};  // from the request's first byte to the answer's last
};

// One conversation with a server. Not thread-safe.
class Asker {
 public:
  // `credentials` are for TLS endpoints, and only there needed: those of a host or user that has
  // joined the server's site.
  // Errors: unavailable, naming host, port and reason; not_allowed when one side does not accept
  // the other's certificate.
  static Result<std::unique_ptr<Asker>> open(const Endpoint& endpoint, const AskLimits& limits,
                                             const Credentials& credentials = {});

  // Over TLS, as somebody who is not known yet: only the function join can be asked for. Nothing
  // but a ClientHello is sent to a server whose CA has not the pin (trust/token.h). Errors: as
  // open.
  static Result<std::unique_ptr<Asker>> open_to_join(const Endpoint& endpoint,
                                                     const AskLimits& limits, std::string_view pin);
  virtual ~Asker() = default;

  virtual Dialect dialect() const = 0;

  // Sends the request (id is chosen here) and waits for its answer: the payload as it came; parts
  // are joined. Errors: unavailable when the connection breaks, timed_out, corrupt for what is no
  // answer; failed when a legacy server closes without a byte. An answer that is a failure is no
  // error here: parse_reply or parse_legacy_reply tells. After an error on our dialect the
  // conversation is over.
  virtual Result<std::string> exchange(const Envelope& request) = 0;

  // exchange() and the answer read: the data, or the failure that the server sent.
  Result<Value> ask(const Envelope& request);
};

}  // namespace mega
