#include "access/store/authority.h"

#include "base/data_folder.h"
#include "base/file.h"
#include "base/text.h"
#include "trust/signature.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

namespace mega {
namespace {

constexpr std::size_t file_bytes_max = 64 << 10;
constexpr std::size_t ca_name_bytes_max = 50;  // so that "mega CA NAME" fits into a common name
constexpr std::size_t server_name_bytes_max = 64;

// The file's text; nullopt: there is no such file.
Result<std::optional<std::string>> read_if_there(const std::string& path) {
  auto text = read_file(path, file_bytes_max);
  if (text) return std::optional(*std::move(text));
  if (text.error().code == Errc::not_found) return std::nullopt;
  return fail(text.error());
}

// Refuses a secret that other users can read.
Result<void> refuse_open_file(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & 077) == 0) return {};
  return fail(
      Errc::not_allowed,
      "{} may be read by others (mode {:04o}): chmod 600 {}; if somebody has read it, it is "
      "no secret any more",
      path, facts.st_mode & 07777, path);
}

Result<std::optional<std::string>> read_secret(const std::string& path) {
  if (auto kept = refuse_open_file(path); !kept) return fail(kept.error());
  return read_if_there(path);
}

Result<std::string> pin_of_private_key(const std::string& key) {
  const auto request = make_request(key, "self");
  if (!request) return fail(request.error());
  return pin_of_request(*request);
}

bool same_hosts(std::vector<std::string> a, std::vector<std::string> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

}  // namespace

Authority::Authority(const std::string& data_folder)
    : folder_(path_in(data_folder, authority_folder_name)) {}

std::string Authority::path(const char* name) const { return path_in(folder_, name); }

bool Authority::is_there(const std::string& data_folder) {
  return ::access(path_in(path_in(data_folder, authority_folder_name), ca_key_file).c_str(),
                  F_OK) == 0;
}

Result<std::unique_ptr<Authority>> Authority::open(const std::string& data_folder,
                                                   const std::vector<std::string>& hosts,
                                                   const Clock& clock) {
  std::unique_ptr<Authority> authority(new Authority(data_folder));
  if (auto made = make_private_folder(authority->folder_); !made) return fail(made.error());
  const std::string name = hosts.empty() ? "mega" : hosts.front();
  if (auto opened = authority->open_ca(name, clock.now()); !opened) return fail(opened.error());
  const auto since = read_if_there(authority->path(server_since_file));
  if (!since) return fail(since.error());
  if (*since) authority->servers_since_ = {parse_integer(trim(**since)).value_or(0)};
  if (auto opened = authority->refresh(clock.now(), hosts); !opened) return fail(opened.error());
  return authority;
}

Result<void> Authority::put(const char* name, const std::string& text) const {
  return write_file(path(name), text, 0600);
}

Result<void> Authority::open_ca(const std::string& name, Time now) {
  constexpr std::string_view way_out =
      "put the file back, or restore a backup with mega server restore";
  auto key = read_secret(path(ca_key_file));
  if (!key) return fail(key.error());
  auto certificate = read_if_there(path(ca_certificate_file));
  if (!certificate) return fail(certificate.error());
  if (!*key && *certificate) {
    return fail(Errc::corrupt, "{} is there, but its key {} is missing: {}",
                path(ca_certificate_file), path(ca_key_file), way_out);
  }
  if (*key && !*certificate && ::access(path(server_certificate_file).c_str(), F_OK) == 0) {
    return fail(Errc::corrupt, "{} is missing, which {} was issued by: {}",
                path(ca_certificate_file), path(server_certificate_file), way_out);
  }
  if (!*key) {
    auto made = make_key();
    if (!made) return fail(made.error());
    if (auto written = put(ca_key_file, *made); !written) return written;
    *key = *std::move(made);
  }
  const auto key_pin = pin_of_private_key(**key);
  if (!key_pin) {
    return fail(Errc::corrupt, "{}: {}; {}", path(ca_key_file), key_pin.error().message, way_out);
  }
  if (!*certificate) {
    auto made = make_ca(**key, std::string_view(name).substr(0, ca_name_bytes_max), now);
    if (!made) return fail(made.error());
    if (auto written = put(ca_certificate_file, *made); !written) return written;
    *certificate = *std::move(made);
    made_now_ = true;
  }
  const auto pin = pin_of(**certificate);
  if (!pin) {
    return fail(Errc::corrupt, "{}: {}; {}", path(ca_certificate_file), pin.error().message,
                way_out);
  }
  if (*pin != *key_pin) {
    return fail(Errc::corrupt, "{} and {} do not belong together: {}", path(ca_certificate_file),
                path(ca_key_file), way_out);
  }
  ca_key_ = **std::move(key);
  ca_ = **std::move(certificate);
  pin_ = *pin;
  site_ = site_of(pin_);
  return {};
}

// Reads the key; makes a new one when it is missing or invalid.
Result<std::string> Authority::open_server_key() const {
  auto key = read_secret(path(server_key_file));
  if (!key) return fail(key.error());
  if (*key && pin_of_private_key(**key)) return **std::move(key);
  auto made = make_key();
  if (!made) return made;
  if (auto written = put(server_key_file, *made); !written) return fail(written.error());
  return made;
}

Time Authority::servers_since() const {
  const std::lock_guard lock(mutex_);
  return servers_since_;
}

bool Authority::replaces_another(const std::string& key, bool was_there) const {
  if (!server_key_.empty()) return server_key_ != key;
  const auto certificate = read_if_there(path(server_certificate_file));
  if (!certificate || !*certificate) return !was_there && !made_now_;
  const auto former = pin_of(**certificate);
  const auto present = pin_of_private_key(key);
  return former && present && *former != *present;
}

Result<void> Authority::note_replacement(const std::string& key, bool was_there, Time now) {
  const std::lock_guard lock(mutex_);
  if (!replaces_another(key, was_there)) return {};
  if (auto kept = put(server_since_file, fmt::format("{}\n", now.seconds)); !kept) return kept;
  servers_since_ = now;
  return {};
}

Result<std::string> Authority::open_server_certificate(const std::string& key,
                                                       const std::vector<std::string>& hosts,
                                                       Time now) const {
  const auto certificate = read_if_there(path(server_certificate_file));
  if (!certificate) return fail(certificate.error());
  const auto key_pin = pin_of_private_key(key);
  if (!key_pin) return key_pin;
  const auto pin = *certificate ? pin_of(**certificate) : Result<std::string>();
  const bool fits = *certificate && pin && *pin == *key_pin && check_issuer(ca_, **certificate);
  const auto identity = fits ? read_certificate(**certificate) : Result<Identity>();
  const bool serves = fits && identity && !is_due_for_renewal(*identity, now) &&
                      now >= identity->from && same_hosts(identity->hosts, hosts);
  return serves ? **certificate : issue_server(key, hosts, now);
}

Result<std::string> Authority::issue_server(const std::string& key,
                                            const std::vector<std::string>& hosts, Time now) const {
  const std::string name =
      (hosts.empty() ? "mega" : hosts.front()).substr(0, server_name_bytes_max);
  const auto request = make_request(key, name);
  if (!request) return request;
  auto made = issue(*request, {.name = name, .role = "server", .now = now, .hosts = hosts});
  if (!made) return made;
  if (auto written = put(server_certificate_file, *made); !written) return fail(written.error());
  return made;
}

Credentials Authority::own() const {
  const std::lock_guard lock(mutex_);
  return {.ca = ca_, .certificate = server_certificate_, .key = server_key_};
}

std::uint64_t Authority::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

Result<std::string> Authority::issue(std::string_view request, const Grant& grant) const {
  return mega::issue(ca_, ca_key_, request, grant);
}

Result<std::string> Authority::sign(std::string_view message) const {
  return mega::sign(ca_key_, message);
}

Result<bool> Authority::refresh(Time now, const std::vector<std::string>& hosts) {
  const std::lock_guard one_at_a_time(refreshing_);
  const auto ca = read_if_there(path(ca_certificate_file));
  if (!ca) return fail(ca.error());
  if (*ca && **ca != ca_) {
    return fail(Errc::refused, "{} is another CA than the one in use: restart the server",
                path(ca_certificate_file));
  }
  const bool was_there = ::access(path(server_key_file).c_str(), F_OK) == 0;
  auto key = open_server_key();
  if (!key) return fail(key.error());
  if (auto noted = note_replacement(*key, was_there, now); !noted) return fail(noted.error());
  auto certificate = open_server_certificate(*key, hosts, now);
  if (!certificate) return fail(certificate.error());
  const std::lock_guard lock(mutex_);
  if (server_key_ == *key && server_certificate_ == *certificate) return false;
  server_key_ = *std::move(key);
  server_certificate_ = *std::move(certificate);
  ++version_;
  return true;
}

Result<Authority::Facts> Authority::look(const std::string& data_folder) {
  const Authority files(data_folder);
  const auto ca = read_file(files.path(ca_certificate_file), file_bytes_max);
  if (!ca) return fail(ca.error());
  const auto certificate = read_file(files.path(server_certificate_file), file_bytes_max);
  if (!certificate) return fail(certificate.error());
  const auto pin = pin_of(*ca);
  const auto server = read_certificate(*certificate);
  if (!pin || !server) {
    return fail(Errc::corrupt, "{}: {}", files.folder_,
                pin ? server.error().message : pin.error().message);
  }
  return Facts{*pin, *server};
}

}  // namespace mega
