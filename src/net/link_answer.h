// Answering: sends the answer to one request received over a link.
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

  // Sends a part of the answer, a list; the lists of all parts and of the end are concatenated.
  // False: the connection has ended, or its outbox is full.
  bool part(Value items);

  // Sends the last message of the answer; call it once, after all parts. False: as part().
  bool end(const Result<Value>& result);

  // Bytes of the connection that the peer has not taken yet. A sender of long answers should pause
  // while this is large.
  std::size_t unsent() const { return connection_->unsent(); }

 private:
  const std::shared_ptr<PeerConnection> connection_;
  const std::int64_t id_;
  std::atomic<bool> ended_{false};
};

}  // namespace mega
