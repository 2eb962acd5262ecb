#include "cmd/server_flags.h"

#include "access/agent/joining.h"
#include "cmd/argument_parser.h"
#include "cmd/output.h"
#include "server/data_folder.h"

#include <sys/stat.h>
#include <unistd.h>

namespace mega {
namespace {

const Setting<std::string> server{"server", "localhost:1104",
                                  "HOST[:PORT]|unix:PATH|legacy:HOST[:PORT]",
                                  "Server that calls go to"};
const Setting<std::chrono::milliseconds> connect_timeout{
    "connect_timeout", std::chrono::seconds(5), "TIME", "How long to wait for a connection"};
const Setting<std::chrono::milliseconds> timeout{"timeout", std::chrono::seconds(60), "TIME",
                                                 "How long to wait for an answer"};

bool is_socket_that_may_be_opened(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode) &&
         ::access(path.c_str(), R_OK | W_OK) == 0;
}

// HOST[:PORT] means a server of 2014 until this host or user has joined a site.
Result<Endpoint> parse_server(const std::string& text, bool joined) {
  auto endpoint = parse_endpoint(text);
  if (!joined && endpoint && endpoint->kind == Endpoint::Kind::tcp)
    endpoint->kind = Endpoint::Kind::legacy;
  return endpoint;
}

}  // namespace

void ServerFlags::declare(ArgumentParser& parser) {
  settings_.declare(parser, server, connect_timeout, timeout);
  settings_.declare_named(parser, "data");
  settings_.declare_named(parser, "tls_dir");
  parser_ = &parser;
}

bool ServerFlags::named() const { return parser_->option("--server").count() > 0; }

Result<Target> ServerFlags::target() const {
  const auto settings = settings_.load();
  if (!settings) return fail(settings.error());
  const std::string chosen = (*settings)[server];
  const std::string flag = named() ? chosen : "";
  const std::string data = data_folder(*settings);
  const auto endpoint = choose_endpoint(flag, data, chosen, true);
  if (!endpoint) return fail(endpoint.error());
  Target target{*endpoint,
                {.connect = (*settings)[connect_timeout], .answer = (*settings)[timeout]}};
  const bool is_set = settings->origin(server.name())->place != "default";
  // Only TLS needs the identity, so other endpoints ignore a broken one.
  if (target.endpoint.kind != Endpoint::Kind::tcp) return target;
  target.folder = identity_folder(*settings);
  auto membership = target.folder.load();
  if (!membership) return fail(membership.error());
  target.membership = *std::move(membership);
  const std::string& wanted = target.membership && !is_set ? target.membership->server : chosen;
  const auto joined = choose_endpoint(flag, data, wanted, target.membership.has_value());
  if (!joined) return fail(joined.error());
  target.endpoint = *joined;
  target.guessed = !target.membership && !is_set && !named();
  return target;
}

Result<std::unique_ptr<Asker>> ServerFlags::connect() const {
  const auto to = target();
  if (!to) return fail(to.error());
  return connect_to(*to);
}

Result<std::unique_ptr<Asker>> connect_to(const Target& target) {
  if (!target.membership) return Asker::open(target.endpoint, target.limits);
  const Membership& membership = *target.membership;
  const auto identity = read_certificate(membership.credentials.certificate);
  if (!identity)
    return fail(Errc::corrupt, "{}: {}", target.folder.path(), identity.error().message);
  if (auto valid = check_dates(*identity, system_clock().now()); !valid) {
    return fail(valid.error());
  }
  auto asker = Asker::open(target.endpoint, target.limits, membership.credentials);
  if (!asker) return asker;
  const auto renewed = renew_if_due(**asker, membership, target.folder, system_clock());
  if (renewed) return asker;
  print_warning(fmt::format("the certificate of {} ends {} and is not renewed: {}", identity->name,
                            format_local(identity->until), renewed.error().message));
  // Reconnect: the failed renewal may have broken the connection.
  return Asker::open(target.endpoint, target.limits, membership.credentials);
}

Result<Endpoint> choose_endpoint(const std::string& flag, const std::string& data_folder,
                                 const std::string& setting, bool joined) {
  if (!flag.empty()) return parse_server(flag, joined);
  const std::string socket = data_folder + "/" + socket_file_name;
  if (is_socket_that_may_be_opened(socket)) {
    return Endpoint{.kind = Endpoint::Kind::unix_socket, .host = socket};
  }
  return parse_server(setting, joined);
}

}  // namespace mega
