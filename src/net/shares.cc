#include "net/shares.h"

#include "net/socket_address.h"

#include <algorithm>
#include <cassert>

namespace mega {
namespace {

std::size_t at(Resource resource) { return static_cast<std::size_t>(resource); }

}  // namespace

std::int64_t Budget::most_of(Resource resource) const { return most[at(resource)]; }

std::int64_t Budget::used_of(Resource resource) const { return used[at(resource)]; }

std::int64_t Budget::most_of_one(Resource resource) const {
  return shared ? most_of(resource) / 2 : most_of(resource);
}

bool CallerAccount::take(Resource resource, std::size_t amount) {
  const auto more = static_cast<std::int64_t>(amount);
  const std::int64_t used = budget_.used[at(resource)].fetch_add(more);
  const std::int64_t own = own_[at(resource)].fetch_add(more);
  const std::int64_t free = budget_.most_of(resource) - used;
  if ((budget_.shared ? own : 0) + more <= free) return true;
  give_back(resource, amount);
  return false;
}

void CallerAccount::add(Resource resource, std::ptrdiff_t amount) {
  budget_.used[at(resource)] += amount;
  own_[at(resource)] += amount;
}

void CallerAccount::give_back(Resource resource, std::size_t amount) {
  add(resource, -static_cast<std::ptrdiff_t>(amount));
}

bool CallerAccount::is_over(Resource resource) const {
  const std::int64_t free = budget_.most_of(resource) - budget_.used_of(resource);
  return (budget_.shared ? own_[at(resource)].load() : 0) > free;
}

std::shared_ptr<CallerAccount> Turnstile::enter(const std::string& address,
                                                std::string_view& refusal) {
  if (address.empty()) {
    if (local_->connections >= most_.local_connections) {
      refusal = "the unix socket takes no more connections";
      return nullptr;
    }
    ++local_->connections;
    return local_;
  }
  const auto& account = account_of(address_group(address));
  if (account->connections >= most_.connections_per_caller) {
    refusal = "limits.connections_per_address is reached";
  } else if (account->connections >= most_.connections - total_) {
    refusal = "limits.connections is reached";
  } else {
    ++account->connections;
    ++total_;
    return account;
  }
  return nullptr;
}

std::shared_ptr<CallerAccount> Turnstile::recognize(CallerAccount& from, const std::string& name) {
  const auto& account = account_of("name " + name);  // a name may look like an address
  if (account->connections >= most_.connections_per_caller) return nullptr;
  assert(from.connections > 0);
  --from.connections;
  ++account->connections;
  return account;
}

void Turnstile::leave(CallerAccount& account) {
  assert(account.connections > 0);
  --account.connections;
  if (&account != local_.get()) --total_;
}

// Accounts stay, so that a caller that comes again costs no allocation, until there are many.
const std::shared_ptr<CallerAccount>& Turnstile::account_of(std::string key) {
  if (accounts_.size() >= tidy_at_) {
    std::erase_if(accounts_, [](const auto& each) {
      return each.second->connections == 0 && each.second.use_count() == 1;
    });
    tidy_at_ = std::max<std::size_t>(1024, 2 * accounts_.size());
  }
  auto& account = accounts_[std::move(key)];
  if (!account) account = std::make_shared<CallerAccount>(shared_);
  return account;
}

}  // namespace mega
