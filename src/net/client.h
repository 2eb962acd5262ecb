// Asker: the client side of a request to a server, for `mega call`, `mega ping` and similar
// commands.
//
// Blocking, for commands: one thread, one connection, a time-out for every wait. Our dialect keeps
// the connection open for further requests; the legacy dialect opens a connection for each request,
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

// One client connection to a server. Not thread-safe.
class Asker {
 public:
  // `credentials` are only needed for TLS endpoints: those of a host or user that has joined the
  // server's site. Errors: unavailable, naming host, port and reason; not_allowed when one side
  // does not accept the other's certificate.
  static Result<std::unique_ptr<Asker>> open(const Endpoint& endpoint, const AskLimits& limits,
                                             const Credentials& credentials = {});

  // Connects over TLS without a certificate; the server then only accepts calls of the function
  // join. A server whose CA does not have the pin (trust/token.h) gets nothing but a ClientHello.
  // Errors: as open.
  static Result<std::unique_ptr<Asker>> open_to_join(const Endpoint& endpoint,
                                                     const AskLimits& limits, std::string_view pin);
  virtual ~Asker() = default;

  virtual Dialect dialect() const = 0;

  // Sends the request (with an id chosen here) and waits for its answer. Returns the payload as
  // received; the parts of an answer are joined. An answer that is a failure is not an error here:
  // use parse_reply or parse_legacy_reply. After an error on our dialect the connection is closed.
  // Errors: unavailable when the connection breaks, timed_out, corrupt for a malformed answer;
  // failed when a legacy server closes without a byte.
  virtual Result<std::string> exchange(const Envelope& request) = 0;

  // Calls exchange() and parses the answer: the data, or the failure that the server sent.
  Result<Value> ask(const Envelope& request);
};

}  // namespace mega
