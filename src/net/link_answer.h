// Answering: the answer to one request that came down a link, on its way back.
#pragma once

#include "base/result.h"
#include "net/peer_connection.h"
#include "value/value.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace mega {

// Thread-safe. Destroying it before end() sends an `internal` error.
class Answering {
 public:
  Answering(std::shared_ptr<PeerConnection> connection, std::int64_t id)
      : connection_(std::move(connection)), id_(id) {}
  ~Answering();
  Answering(const Answering&) = delete;

  // A part of the answer: a list; the lists of all parts and of the end concatenate. False: nobody
  // is there any more, or has room for it.
  bool part(Value items);

  // Once, behind all parts. False: the connection is gone.
  bool end(const Result<Value>& result);

  // Bytes of the connection that wait until the peer takes them: who has much more to say waits,
  // too.
  std::size_t unsent() const { return connection_->unsent(); }

 private:
  const std::shared_ptr<PeerConnection> connection_;
  const std::int64_t id_;
  std::atomic<bool> ended_{false};
};

}  // namespace mega
