#include "hosts/server/own_host.h"

#include "api/kinds.h"
#include "base/host.h"
#include "base/text.h"

#include <algorithm>

namespace mega {
namespace {

auto refuse(const Caller& caller, std::string_view function) {
  const std::string& name = caller.name.empty() ? caller.address : caller.name;
  return fail(Errc::not_allowed, "{} is for the caller's own host only, and {} is at {}", function,
              name.empty() ? std::string("the caller") : quoted(name),
              caller.address.empty() ? std::string("no address") : quoted(caller.address));
}

auto refuse_for(const std::string& holder, const Caller& caller, std::string_view address) {
  return fail(Errc::not_allowed,
              "{} is the host of {}, whose certificate counts: when it is the host of {} now, give "
              "the inventory's server that name, or revoke {}",
              address, quoted(holder), quoted(caller.name), quoted(holder));
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

// The daemon on the server's own host connects over loopback.
bool is_of_this_host(std::string_view from, const std::string& address) {
  if (!is_loopback(from)) return false;
  const auto own = host_addresses();
  return std::ranges::find(own, address) != own.end();
}

}  // namespace

Result<void> OwnHosts::admit(const Caller& caller, std::string_view function,
                             std::string_view address) const {
  const auto canonical = canonical_address(address);
  if (!canonical) return refuse(caller, function);
  const std::string host(unmapped(*canonical));
  const std::string_view from = unmapped(caller.address);
  const bool is_there = !from.empty() && host == from;
  if (caller.door != Door::tls) {
    if (is_there) return {};
    return refuse(caller, function);
  }
  const bool calls_from_it = is_there || is_of_this_host(from, host);
  const auto claim = store_.host_claim(caller.name, host);
  if (!claim) return fail(claim.error());
  if (!claim->holder.empty()) {
    if (calls_from_it && claim->named) return {};
    return refuse_for(claim->holder, caller, host);
  }
  if (calls_from_it || claim->named || claim->bound) return {};
  return refuse(caller, function);
}

}  // namespace mega
