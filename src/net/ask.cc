#include "net/ask.h"

#include "net/blocking_socket.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"

#include <optional>
#include <utility>
#include <vector>

namespace mega {
namespace {

using Moment = BlockingSocket::Moment;

constexpr std::size_t chunk_bytes = 64 << 10;
// An answer may be larger than what a server takes as a request.
constexpr std::size_t answer_bytes_max = std::size_t{1} << 30;

Moment from_now(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

// The error of one step as the caller of the conversation should read it.
Error named(const Endpoint& endpoint, Error error, std::chrono::milliseconds limit) {
  if (error.code == Errc::timed_out) {
    error.message = fmt::format("no answer from {} within {} ms; the work may go on there",
                                to_text(endpoint), limit.count());
  } else {
    error.message = fmt::format("{}: {}", to_text(endpoint), error.message);
  }
  return error;
}

// Whether the payload is certainly the last or only message of this answer, by the way that our
// own server begins it; else it has to be read whole to tell.
bool is_plain_answer(std::string_view payload, std::int64_t id) {
  return payload.starts_with(fmt::format("{{\"ID\":{},\"CODE\":", id));
}

Result<void> append(Value& whole, Value part) {
  auto* items = whole.as<List>();
  auto* more = part.as<List>();
  if (!items || !more) {
    return fail(Errc::corrupt, "parts of an answer must be lists, not {} and {}", kind_name(whole),
                kind_name(part));
  }
  items->insert(items->end(), std::make_move_iterator(more->begin()),
                std::make_move_iterator(more->end()));
  return {};
}

class OwnAsker : public Asker {
 public:
  OwnAsker(Endpoint endpoint, BlockingSocket socket, const AskLimits& limits)
      : endpoint_(std::move(endpoint)), socket_(std::move(socket)), limits_(limits) {}

  Dialect dialect() const override { return Dialect::ours; }

  Result<std::string> exchange(const Envelope& request) override {
    if (!socket_.is_open()) {
      return fail(Errc::unavailable, "{}: the connection is closed", to_text(endpoint_));
    }
    Envelope numbered = request;
    numbered.id = ++last_id_;
    auto answer = converse(numbered, from_now(limits_.answer));
    if (answer) return answer;
    socket_.close();  // whatever still comes would be taken for the answer of another request
    return fail(named(endpoint_, answer.error(), limits_.answer));
  }

 private:
  Result<std::string> converse(const Envelope& request, Moment until) {
    const std::string frame = encode_frame(write_envelope(request, Dialect::ours));
    if (auto sent = socket_.send(frame, until); !sent) return fail(sent.error());
    std::optional<Value> parts;
    for (;;) {
      auto payload = next_payload(until);
      if (!payload || (!parts && is_plain_answer(*payload, request.id))) return payload;
      auto message = parse_reply(*payload);
      if (!message) return fail(message.error());
      // A request whose ID the server could not read is refused with ID 0.
      if (message->id != request.id && (message->id != 0 || message->result)) {
        return fail(Errc::corrupt, "the answer has ID {}, the request had {}", message->id,
                    request.id);
      }
      if (!message->more && (!parts || !message->result)) return payload;
      if (!message->result) return fail(Errc::corrupt, "a part of an answer is a failure");
      if (!parts) {
        parts = std::move(*message->result);
      } else if (auto joined = append(*parts, std::move(*message->result)); !joined) {
        return fail(joined.error());
      }
      if (!message->more) return our_reply(request.id, std::move(*parts));
    }
  }

  Result<std::string> next_payload(Moment until) {
    for (;;) {
      auto payload = frames_.next();
      if (!payload) return fail(payload.error());
      if (*payload) return std::move(**payload);
      const auto bytes = socket_.receive(chunk_.data(), chunk_.size(), until);
      if (!bytes) return fail(bytes.error());
      if (*bytes == 0) return fail(Errc::unavailable, "the server closed the connection");
      frames_.feed({chunk_.data(), *bytes});
    }
  }

  const Endpoint endpoint_;
  BlockingSocket socket_;
  const AskLimits limits_;
  FrameReader frames_{answer_bytes_max};
  std::vector<char> chunk_ = std::vector<char>(chunk_bytes);
  std::int64_t last_id_ = 0;
};

class LegacyAsker : public Asker {
 public:
  LegacyAsker(Endpoint endpoint, BlockingSocket socket, const AskLimits& limits)
      : endpoint_(std::move(endpoint)), socket_(std::move(socket)), limits_(limits) {}

  Dialect dialect() const override { return Dialect::legacy; }

  Result<std::string> exchange(const Envelope& request) override {
    if (!socket_.is_open()) {
      auto again =
          BlockingSocket::connect_tcp(endpoint_.host, endpoint_.port, from_now(limits_.connect));
      if (!again) return fail(again.error());
      socket_ = std::move(*again);
    }
    auto answer = converse(request, from_now(limits_.answer));
    socket_.close();
    if (!answer) return fail(named(endpoint_, answer.error(), limits_.answer));
    return answer;
  }

 private:
  Result<std::string> converse(const Envelope& request, Moment until) {
    const std::string payload = write_envelope(request, Dialect::legacy);
    if (auto sent = socket_.send(encode_legacy_frame(payload), until); !sent) {
      return fail(sent.error());
    }
    if (over_declares(payload)) socket_.end_sending();
    LegacyFrameReader frames(answer_bytes_max);
    std::vector<char> chunk(chunk_bytes);
    for (;;) {
      auto answer = frames.next();
      if (!answer) return fail(answer.error());
      if (*answer) return std::move(**answer);
      const auto bytes = socket_.receive(chunk.data(), chunk.size(), until);
      if (!bytes) return fail(bytes.error());
      if (*bytes > 0) {
        frames.feed({chunk.data(), *bytes});
      } else if (frames.empty()) {
        return fail(Errc::failed,
                    "the server closed without an answer, which is how the legacy dialect says "
                    "that a function failed");
      } else {
        return frames.finish();
      }
    }
  }

  const Endpoint endpoint_;
  BlockingSocket socket_;  // of the next exchange, when it is open
  const AskLimits limits_;
};

Result<std::unique_ptr<Asker>> open_tls(const Endpoint& endpoint, const AskLimits& limits,
                                        const Result<TlsContext>& context) {
  if (!context) return fail(context.error());
  const Moment until = from_now(limits.connect);
  auto socket = BlockingSocket::connect_tcp(endpoint.host, endpoint.port, until);
  if (!socket) return fail(socket.error());
  if (auto secured = socket->secure(*context, until); !secured) {
    Error error = secured.error();
    if (error.code == Errc::timed_out) error = {Errc::unavailable, "no TLS handshake in time"};
    if (error.code == Errc::unavailable) {
      error.message += "; `mega ping --server legacy:HOST` tells whether a server of 2014 is there";
    }
    return fail(error.code, "{}: {}", to_text(endpoint), error.message);
  }
  return std::make_unique<OwnAsker>(endpoint, std::move(*socket), limits);
}

}  // namespace

Result<std::unique_ptr<Asker>> Asker::open(const Endpoint& endpoint, const AskLimits& limits,
                                           const Credentials& credentials) {
  const Moment until = from_now(limits.connect);
  switch (endpoint.kind) {
    case Endpoint::Kind::unix_socket: {
      auto socket = BlockingSocket::connect_unix(endpoint.host, until);
      if (!socket) return fail(socket.error());
      return std::make_unique<OwnAsker>(endpoint, std::move(*socket), limits);
    }
    case Endpoint::Kind::legacy: {
      auto socket = BlockingSocket::connect_tcp(endpoint.host, endpoint.port, until);
      if (!socket) return fail(socket.error());
      return std::make_unique<LegacyAsker>(endpoint, std::move(*socket), limits);
    }
    case Endpoint::Kind::tcp:
      break;
  }
  if (credentials.certificate.empty()) {
    return fail(
        Errc::not_allowed,
        "{} is called over TLS, and nobody here has joined its site: `mega join TOKEN` with "
        "a token of `mega server token`, or --server legacy:{}",
        to_text(endpoint), to_text(endpoint));
  }
  return open_tls(endpoint, limits, TlsContext::client(credentials, system_clock()));
}

Result<std::unique_ptr<Asker>> Asker::open_to_join(const Endpoint& endpoint,
                                                   const AskLimits& limits, std::string_view pin) {
  return open_tls(endpoint, limits, TlsContext::joining(pin, system_clock()));
}

Result<Value> Asker::ask(const Envelope& request) {
  auto payload = exchange(request);
  if (!payload) return fail(payload.error());
  if (dialect() == Dialect::legacy) return parse_legacy_reply(*payload);
  auto reply = parse_reply(*payload);
  if (!reply) return fail(reply.error());
  return std::move(reply->result);
}

}  // namespace mega
