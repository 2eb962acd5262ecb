// parse_host_list on any text: an accepted list survives a round trip through fold_hosts.
#include "hosts/format/host_list.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace mega;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto hosts = parse_host_list({reinterpret_cast<const char*>(data), size});
  if (!hosts) {
    if (hosts.error().message.find('^') == std::string::npos) std::abort();
    return 0;
  }
  // Skip long lists: they are slow to fold and test nothing new.
  if (hosts->size() > 1000) return 0;
  auto back = parse_host_list(fold_hosts(*hosts));
  if (!back) std::abort();
  std::ranges::sort(*hosts);
  std::ranges::sort(*back);
  if (*hosts != *back) std::abort();
  return 0;
}
