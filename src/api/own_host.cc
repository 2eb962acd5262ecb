#include "api/own_host.h"

#include "api/kinds.h"
#include "base/text.h"

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

}  // namespace

Result<void> admit_own_host(const Store& store, const Caller& caller, std::string_view function,
                            std::string_view address) {
  const auto canonical = canonical_address(address);
  if (!canonical) return refuse(caller, function);
  const std::string host(unmapped(*canonical));
  const bool calls_from_it = !caller.address.empty() && host == unmapped(caller.address);
  if (caller.door != Door::tls) {
    if (calls_from_it) return {};
    return refuse(caller, function);
  }
  const auto claim = store.host_claim(caller.name, host);
  if (!claim) return fail(claim.error());
  if (!claim->holder.empty()) {
    if (calls_from_it && claim->named) return {};
    return refuse_for(claim->holder, caller, host);
  }
  if (calls_from_it || claim->named || claim->bound) return {};
  return refuse(caller, function);
}

}  // namespace mega
