#include "hosts/agent/servers_since.h"

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

namespace mega {
namespace {

constexpr Logger logger{"agent"};
constexpr std::size_t file_bytes_max = 1024;

}  // namespace

ServersSince::ServersSince(std::string path, std::string site)
    : path_(std::move(path)), site_(std::move(site)) {
  const auto text = read_file(path_, file_bytes_max);
  if (!text) {
    if (text.error().code != Errc::not_found) logger.error("{}", text.error().message);
    return;
  }
  const auto words = split(trim(*text), ' ');
  const auto seconds = words.size() == 2 ? parse_integer(words[1]) : std::nullopt;
  if (!seconds) {
    logger.error("{} is damaged: it counts for nothing", path_);
  } else if (words[0] == site_) {
    seconds_ = *seconds;
  }
}

Result<bool> ServersSince::move(Time to, Time issued) {
  if (to <= time()) return false;
  if (to > issued) {
    return fail(Errc::not_allowed,
                "the server tells of a new key since {}, and its own certificate is of {}",
                format_local(to), format_local(issued));
  }
  seconds_ = to.seconds;
  if (auto kept = write_file(path_, fmt::format("{} {}\n", site_, to.seconds), 0600); !kept) {
    return fail(kept.error());
  }
  return true;
}

}  // namespace mega
