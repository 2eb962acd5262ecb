#include "access/server/site.h"

#include "access/store/access_store.h"
#include "base/clock.h"
#include "base/data_folder.h"
#include "base/file.h"
#include "base/host.h"
#include "net/endpoint.h"
#include "net/listen.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>

namespace mega {
namespace {

bool is_unspecified(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

std::uint16_t first_port(std::span<const std::string> listening) {
  if (listening.empty()) return server_port;
  const auto first = parse_listen_address(listening.front(), server_port);
  return first ? first->port : server_port;
}

Result<std::string> reachable(ListenAddress address) {
  if (is_unspecified(address.address)) {
    auto own = host_address();
    if (!own) return own;
    address.address = *own;
  }
  return to_text(address);
}

// Renames the folder of the former CA, with the time as a suffix.
Result<void> put_aside(const std::string& folder) {
  std::string digits;
  for (const char c : format_local(system_clock().now())) {
    if (c >= '0' && c <= '9') digits += c;
  }
  const std::string aside = folder + ".before-" + digits;
  if (std::rename(folder.c_str(), aside.c_str()) == 0 || errno == ENOENT) return {};
  return fail(system_error("rename", folder, errno));
}

}  // namespace

std::vector<std::string> own_hosts() {
  std::vector<std::string> hosts;
  const auto add = [&](const Result<std::string>& host) {
    if (!host || !parse_public_address(*host)) return;
    if (std::ranges::find(hosts, *host) == hosts.end()) hosts.push_back(*host);
  };
  add(host_name());
  add(host_address());
  for (const char* own : {"localhost", "127.0.0.1", "::1"}) add(std::string(own));
  return hosts;
}

Result<std::unique_ptr<Authority>> open_authority(const std::string& folder,
                                                  const AccessStore& store, NewCa making) {
  const auto issued = store.count_certificates();
  if (!issued) return fail(issued.error());
  if (making == NewCa::first_only && *issued > 0 && !Authority::is_there(folder)) {
    return fail(Errc::corrupt,
                "the CA's key {} is gone, whose certificates {} hosts and users have: put it back, "
                "or restore a backup with mega server restore; mega server init --new-ca makes "
                "another one, which they all would have to join again",
                path_in(path_in(folder, authority_folder_name), ca_key_file), *issued);
  }
  if (making == NewCa::anew) {
    if (auto moved = put_aside(path_in(folder, authority_folder_name)); !moved) {
      return fail(moved.error());
    }
  }
  return Authority::open(folder, own_hosts(), system_clock());
}

Result<std::string> public_address(const std::string& advertise,
                                   std::span<const std::string> listening) {
  if (!advertise.empty()) {
    auto endpoint = parse_public_address(advertise);
    if (!endpoint) return fail(endpoint.error());
    // An address without a port gets the port that the server listens on.
    if (to_text(*endpoint) != advertise) endpoint->port = first_port(listening);
    return to_text(*endpoint);
  }
  std::optional<ListenAddress> chosen;
  for (const std::string& text : listening) {
    const auto address = parse_listen_address(text, server_port);
    if (address && (!chosen || (chosen->loopback && !address->loopback))) chosen = *address;
  }
  if (!chosen) return fail(Errc::not_found, "the server listens on no address: say --address");
  return reachable(*chosen);
}

}  // namespace mega
