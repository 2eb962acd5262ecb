#include "access/agent/identity_folder.h"

#include "base/as_owner.h"
#include "base/file.h"
#include "base/text.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace mega {
namespace {

const Setting<std::string> tls_dir{
    "tls_dir",
    "",
    "DIR",
    "Key and certificate of who has joined; empty: /etc/mega/tls (root) or ~/.config/mega/tls",
    {.flag_of = {"daemon"}}};

constexpr const char* key_file = "key.pem";
constexpr const char* certificate_file = "certificate.pem";
constexpr const char* ca_file = "ca.pem";
constexpr const char* server_file = "server";
constexpr const char* token_file = "token";
constexpr std::size_t file_bytes_max = 64 << 10;

std::string staged(const std::string& path) { return path + ".new"; }

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<void> refuse_open_path(const std::string& path, const char* mode) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & 077) == 0) return {};
  return fail(
      Errc::not_allowed,
      "{} may be read by others (mode {:04o}): chmod {} {}; if somebody may have copied the "
      "key, have it revoked and join again",
      path, facts.st_mode & 07777, mode, path);
}

Result<std::string> read_part(const std::string& path) {
  auto text = read_file(path, file_bytes_max);
  if (!text && text.error().code == Errc::not_found) {
    return fail(Errc::corrupt, "{} is missing: join again with a new token and --force", path);
  }
  return text;
}

// Moves the staged file into place. ENOENT is success: another process has moved it.
Result<void> put_in_place(const std::string& path) {
  if (std::rename(staged(path).c_str(), path.c_str()) == 0 || errno == ENOENT) return {};
  return fail(system_error("replace", path, errno));
}

}  // namespace

IdentityFolder identity_folder(const Settings& settings) {
  const std::string set = settings[tls_dir];
  if (!set.empty()) return IdentityFolder(set);
  if (::geteuid() == 0) return IdentityFolder("/etc/mega/tls");
  const char* home = std::getenv("HOME");
  const bool usable = home && *home == '/' && ::access(home, X_OK) == 0;
  return IdentityFolder(usable ? std::string(home) + "/.config/mega/tls" : "");
}

Result<void> IdentityFolder::refuse_open() const {
  if (auto closed = refuse_open_path(path_, "700"); !closed) return closed;
  for (const char* name : {key_file, "key.pem.new"}) {
    if (auto closed = refuse_open_path(file(name), "600"); !closed) return closed;
  }
  return {};
}

Result<void> IdentityFolder::finish() const {
  if (!exists(staged(file(certificate_file)))) return {};
  for (const char* name : {ca_file, server_file, token_file, key_file, certificate_file}) {
    if (auto placed = put_in_place(file(name)); !placed) return placed;
  }
  return {};
}

Result<void> IdentityFolder::make() const {
  if (path_.empty()) {
    return fail(Errc::invalid_argument, "there is no home to keep a key in: say --tls-dir DIR");
  }
  std::error_code error;
  if (!std::filesystem::is_directory(path_, error)) {
    std::filesystem::create_directories(path_, error);
    if (!error) {
      std::filesystem::permissions(path_, std::filesystem::perms::owner_all, error);
    }
    if (error) return fail(system_error("make", path_, error.value()));
  }
  return refuse_open();
}

Result<std::optional<Membership>> IdentityFolder::load() const {
  const AsOwner as_owner(path_);
  if (path_.empty() || !exists(path_)) return std::nullopt;
  if (auto closed = refuse_open(); !closed) return fail(closed.error());
  if (auto finished = finish(); !finished) return fail(finished.error());
  if (!exists(file(key_file)) && !exists(file(certificate_file))) return std::nullopt;
  Membership membership;
  for (const auto& [name, into] :
       {std::pair<const char*, std::string*>{key_file, &membership.credentials.key},
        {certificate_file, &membership.credentials.certificate},
        {ca_file, &membership.credentials.ca},
        {server_file, &membership.server},
        {token_file, &membership.token}}) {
    auto text = read_part(file(name));
    if (!text) return fail(text.error());
    *into = *std::move(text);
  }
  membership.server = std::string(trim(membership.server));
  membership.token = std::string(trim(membership.token));
  return membership;
}

Result<std::string> IdentityFolder::pending_key() const {
  const AsOwner as_owner(path_);
  if (auto made = make(); !made) return fail(made.error());
  const std::string path = staged(file(key_file));
  if (exists(path)) {
    auto key = read_file(path, file_bytes_max);
    if (!key || make_request(*key, "x")) return key;
  }
  auto key = make_key();
  if (!key) return key;
  if (auto written = write_file(path, *key, 0600); !written) return fail(written.error());
  return key;
}

Result<void> IdentityFolder::store(const Membership& membership) const {
  const AsOwner as_owner(path_);
  if (auto made = make(); !made) return made;
  // The certificate is written last: its presence makes finish() complete the join.
  for (const auto& [name, text] :
       {std::pair<const char*, std::string>{key_file, membership.credentials.key},
        {ca_file, membership.credentials.ca},
        {server_file, membership.server + "\n"},
        {token_file, membership.token + "\n"},
        {certificate_file, membership.credentials.certificate}}) {
    if (auto written = write_file(staged(file(name)), text, 0600); !written) return written;
  }
  return finish();
}

Result<void> IdentityFolder::replace_certificate(const std::string& certificate) const {
  const AsOwner as_owner(path_);
  return write_file(file(certificate_file), certificate, 0600);
}

}  // namespace mega
