// Peers: the server's incoming connections, as functions see them.
#pragma once

#include <string_view>

namespace mega {

// Thread-safe.
class Peers {
 public:
  virtual ~Peers() = default;

  // Closes the open connections of the certificate's name; returns their number.
  virtual int end_connections(std::string_view name) = 0;

  // Whether the daemon of that name is connected.
  virtual bool present(std::string_view name) const = 0;
};

}  // namespace mega
