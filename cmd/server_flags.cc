#include "cmd/server_flags.h"

#include "server/options.h"

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

// A host of 2014 is all that HOST[:PORT] can be as long as this host has joined no site.
Result<Endpoint> parse_server(const std::string& text) {
  auto endpoint = parse_endpoint(text);
  if (endpoint && endpoint->kind == Endpoint::Kind::tcp) endpoint->kind = Endpoint::Kind::legacy;
  return endpoint;
}

}  // namespace

void ServerFlags::declare(CLI::App& app) {
  settings_.declare(app, server, connect_timeout, timeout);
  settings_.declare_named(app, "data");
  server_ = app.get_option("--server");
}

bool ServerFlags::named() const { return server_->count() > 0; }

Result<Target> ServerFlags::target() const {
  const auto settings = settings_.load();
  if (!settings) return fail(settings.error());
  const std::string chosen = (*settings)[server];
  const auto endpoint = choose_endpoint(named() ? chosen : "", data_folder(*settings), chosen);
  if (!endpoint) return fail(endpoint.error());
  return Target{*endpoint,
                {.connect = (*settings)[connect_timeout], .answer = (*settings)[timeout]}};
}

Result<std::unique_ptr<Asker>> ServerFlags::connect() const {
  const auto to = target();
  if (!to) return fail(to.error());
  return Asker::open(to->endpoint, to->limits);
}

Result<Endpoint> choose_endpoint(const std::string& flag, const std::string& data_folder,
                                 const std::string& setting) {
  if (!flag.empty()) return parse_server(flag);
  const std::string socket = data_folder + "/" + socket_file_name;
  if (is_socket_that_may_be_opened(socket)) {
    return Endpoint{.kind = Endpoint::Kind::unix_socket, .host = socket};
  }
  return parse_server(setting);
}

}  // namespace mega
