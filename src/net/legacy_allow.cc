#include "net/legacy_allow.h"

namespace mega {
namespace {

const Setting<std::vector<std::string>> allow{
    "legacy.allow",
    {"127.0.0.0/8", "::1"},
    "NETWORK",
    "Peers that may speak the legacy dialect of 2014, in the clear"};

}  // namespace

Result<AddressRanges> legacy_allow(const Settings& settings) {
  auto ranges = AddressRanges::parse(settings[allow]);
  if (ranges) return ranges;
  return fail(ranges.error().code, "{}: {}", allow.name(), ranges.error().message);
}

}  // namespace mega
