#include "net/client.h"

#include "net/blocking_socket.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"
#include "wire/message.h"

#include <optional>
#include <utility>
#include <vector>

namespace mega {
namespace {

using Moment = BlockingSocket::Moment;

constexpr std::size_t chunk_bytes = 64 << 10;
// Larger than the limit for requests.
constexpr std::size_t answer_bytes_max = std::size_t{1} << 30;

Moment from_now(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

// Adds the endpoint to the error of one step.
Error named(const Endpoint& endpoint, Error error, std::chrono::milliseconds limit) {
  if (error.code == Errc::timed_out) {
    error.message = fmt::format("no answer from {} within {} ms; the work may go on there",
                                to_text(endpoint), limit.count());
  } else {
    error.message = fmt::format("{}: {}", to_text(endpoint), error.message);
  }
  return error;
}

// Whether the payload is certainly the only or last message of this answer, judged by the way our
// own server begins it. When false, the payload must be parsed to tell.
bool is_plain_answer(std::string_view payload, std::int64_t id) {
  return payload.starts_with(fmt::format("{{\"ID\":{},\"CODE\":", id));
}

constexpr std::string_view part_kind = R"("MORE":true)";
constexpr std::string_view last_kind = R"("CODE":0)";

// The text between the brackets of a part, or of the last message after parts, in the format of our
// own server; nullopt: another format.
std::optional<std::string_view> items_of(std::string_view payload, std::int64_t id,
                                         std::string_view kind) {
  const std::string before = fmt::format(R"({{"ID":{},{},"RESULT":[)", id, kind);
  if (!payload.starts_with(before) || !payload.ends_with("]}")) return std::nullopt;
  payload.remove_prefix(before.size());
  payload.remove_suffix(2);
  return payload;
}

// Joins the parts of one answer as text, without parsing them.
class JoinedText {
 public:
  explicit JoinedText(std::int64_t id) : id_(id) {}

  bool empty() const { return whole_.empty(); }

  // False: not a part in the format of our own server. Errors: corrupt for an answer larger than
  // answer_bytes_max.
  Result<bool> take_part(std::string_view payload) {
    const auto items = items_of(payload, id_, part_kind);
    if (!items) return false;
    add(*items);
    if (whole_.size() > answer_bytes_max) {
      return fail(Errc::corrupt, "the parts of the answer have more than {} bytes",
                  answer_bytes_max);
    }
    return true;
  }

  // Appends the last message and returns the whole answer. A failure after parts replaces them.
  // Requires: !empty().
  Result<std::string> take_last(std::string payload) {
    if (const auto items = items_of(payload, id_, last_kind)) {
      add(*items);
      whole_ += "]}";
      return std::move(whole_);
    }
    const auto message = parse_reply(payload);
    if (!message) return fail(message.error());
    if (!message->more && !message->result) return payload;
    return fail(Errc::corrupt, "the parts of the answer are not all of one form");
  }

 private:
  void add(std::string_view items) {
    if (whole_.empty()) {
      whole_ = fmt::format(R"({{"ID":{},{},"RESULT":[)", id_, last_kind);
    } else if (!items.empty() && !whole_.ends_with('[')) {
      whole_ += ',';
    }
    whole_ += items;
  }

  const std::int64_t id_;
  std::string whole_;
};

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
    socket_.close();  // a late answer would be taken for the next request's
    return fail(named(endpoint_, answer.error(), limits_.answer));
  }

 private:
  Result<std::string> converse(const Envelope& request, Moment until) {
    const std::string frame = encode_frame(write_envelope(request, Dialect::ours));
    if (auto sent = socket_.send(frame, until); !sent) return fail(sent.error());
    JoinedText text(request.id);
    std::optional<Value> parts;
    for (;;) {
      auto payload = next_payload(until);
      if (!payload) return payload;
      if (const auto asked = read_courtesy(*payload); asked.kind == Courtesy::ping) {
        const std::string pong = encode_frame(our_reply(asked.id, Value()));
        if (auto sent = socket_.send(pong, until); !sent) return fail(sent.error());
        continue;
      }
      if (!parts) {
        const auto taken = text.take_part(*payload);
        if (!taken) return fail(taken.error());
        if (*taken) continue;
        if (!text.empty()) return text.take_last(std::move(*payload));
        if (is_plain_answer(*payload, request.id)) return payload;
      }
      auto message = parse_reply(*payload);
      if (!message) return fail(message.error());
      // The server refuses a request with ID 0 when it could not read its ID.
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
  BlockingSocket socket_;  // for the next exchange; may be closed
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
