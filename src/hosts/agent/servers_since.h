// ServersSince: the time before which no certificate of a server of the site may be issued.
//
// A server that has got a new key tells its time in the answers to heartbeats. A holder of the
// former key has a certificate that was issued earlier, and commands no daemon any more. The file
// DATA/servers.since holds the site, a blank and the time in seconds since 1970: another site,
// which the host joins later, has a time of its own.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <atomic>
#include <cstdint>
#include <string>

namespace mega {

class ServersSince {
 public:
  // Reads the file if it is there. Damage counts as no file, and is logged.
  ServersSince(std::string path, std::string site);

  // 0: any time. Any thread.
  Time time() const { return {seconds_}; }

  // Moves the time forward and writes the file; false when `to` is not later. A server may tell no
  // time later than `issued`, when its own certificate was issued: the holder of a former key could
  // shut out all servers. Errors: not_allowed for such a time; failed (disk).
  Result<bool> move(Time to, Time issued);

 private:
  const std::string path_, site_;
  std::atomic<std::int64_t> seconds_{0};
};

}  // namespace mega
