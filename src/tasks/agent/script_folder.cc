#include "tasks/agent/script_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/as_owner.h"
#include "base/file.h"
#include "base/text.h"
#include "tasks/format/order.h"
#include "trust/crypto.h"
#include "trust/signature.h"

namespace mega {
namespace {

constexpr std::size_t signature_text_bytes_max = 1024;
constexpr mode_t script_mode = 0755;
constexpr mode_t signature_mode = 0644;

// "DIGEST SIGNATURE", with the signature in base64.
std::optional<std::string> signature_in(std::string_view text) {
  const auto words = split(trim(text), ' ');
  return words.size() == 2 ? decode_base64(words[1]) : std::nullopt;
}

}  // namespace

std::string ScriptFolder::script_path(std::string_view name) const {
  return fmt::format("{}/{}", folder_, name);
}

std::string ScriptFolder::signature_path(std::string_view name) const {
  return fmt::format("{}/.{}.sig", folder_, name);
}

std::string ScriptFolder::removed_path(std::string_view name) const {
  return fmt::format("{}/.{}.removed", folder_, name);
}

// The greatest serial that the name has had here; 0: none.
std::int64_t ScriptFolder::newest_serial(std::string_view name) const {
  const auto text = read_file(signature_path(name), signature_text_bytes_max);
  const auto signature = text ? signature_in(*text) : std::nullopt;
  const auto removed = read_file(removed_path(name), signature_text_bytes_max);
  const auto serial = removed ? parse_integer(trim(*removed)) : std::nullopt;
  return std::max<std::int64_t>(signature ? serial_of(*signature) : 0, serial.value_or(0));
}

Result<void> ScriptFolder::check_owner(const std::string& path, bool folder) const {
  struct stat info {};
  // lstat: a symbolic link in place of a script would lead to another folder.
  if ((folder ? ::stat(path.c_str(), &info) : ::lstat(path.c_str(), &info)) != 0) {
    return fail(system_error("run", path, errno));
  }
  if (const auto owner = folder ? foreign_owner(path) : std::nullopt) {
    return fail(Errc::refused, "{} may be replaced by user {}, and the daemon runs as root",
                one_line(path), owner->uid);
  }
  if (folder ? !S_ISDIR(info.st_mode) : !S_ISREG(info.st_mode)) {
    return fail(Errc::refused, "{} is no {}", one_line(path), folder ? "folder" : "regular file");
  }
  if (info.st_uid != 0 && info.st_uid != ::geteuid()) {
    return fail(Errc::refused, "{} belongs to user {}, who is neither root nor the daemon's user",
                one_line(path), info.st_uid);
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(Errc::refused, "{} may be written by others than its owner", one_line(path));
  }
  return {};
}

Result<void> ScriptFolder::check_signed(const Script& script,
                                        std::string_view signature_text) const {
  const auto signature = signature_in(signature_text);
  if (!signature) return fail(Errc::refused, "the signature of {} is damaged", script.name);
  if (!signature_text.starts_with(script.digest + " ")) {
    return fail(Errc::corrupt, "{} was changed on this host since the server sent it", script.name);
  }
  if (!check_script_signature(ca_, script.name, script.digest, *signature)) {
    return fail(Errc::refused, "{} is not signed by the CA of this site", script.name);
  }
  return {};
}

Result<Script> ScriptFolder::find(std::string_view name) const {
  if (auto checked = check_script_name(name); !checked) return fail(checked.error());
  Script script{.name = std::string(name), .path = script_path(name)};
  if (auto owned = check_owner(folder_, true); !owned) return fail(owned.error());
  if (auto owned = check_owner(script.path, false); !owned) {
    if (owned.error().code != Errc::not_found) return fail(owned.error());
    return fail(Errc::not_found, "there is no script {} in {}", name, folder_);
  }
  const auto content = read_file(script.path, script_bytes_max);
  if (!content) return fail(content.error());
  script.digest = to_hex(sha256(*content));
  script.executable = (std::filesystem::status(script.path).permissions() &
                       std::filesystem::perms::owner_exec) != std::filesystem::perms::none;

  const auto signature = read_file(signature_path(name), signature_text_bytes_max);
  if (signature) {
    script.is_signed = true;
    if (auto good = check_signed(script, *signature); !good) return fail(good.error());
  } else if (signature.error().code != Errc::not_found) {
    return fail(signature.error());
  } else if (!allow_unsigned_) {
    return fail(Errc::refused, "{} was placed by hand, and run.unsigned_scripts is off", name);
  }
  return script;
}

std::string ScriptFolder::sent_digest(std::string_view name) const {
  const auto text = read_file(signature_path(name), signature_text_bytes_max);
  return text ? text->substr(0, text->find(' ')) : std::string();
}

Result<void> ScriptFolder::put(std::string_view name, std::string_view content,
                               std::string_view digest, std::string_view signature) const {
  if (auto checked = check_script_name(name); !checked) return checked;
  if (content.size() > script_bytes_max) {
    return fail(Errc::invalid_argument, "{} has more than {} bytes", name, script_bytes_max);
  }
  if (to_hex(sha256(content)) != digest) {
    return fail(Errc::not_allowed, "the content of {} is not what its digest says", name);
  }
  if (auto good = check_script_signature(ca_, name, digest, signature); !good) {
    return fail(Errc::not_allowed, "{} is not signed by the CA of this site", name);
  }
  if (serial_of(signature) < newest_serial(name)) {
    return fail(Errc::not_allowed,
                "{} is an older version than this host has had: if it is wanted, remove it on the "
                "server and push it again",
                name);
  }
  std::error_code error;
  if (std::filesystem::create_directories(folder_, error)) {
    std::filesystem::permissions(folder_, std::filesystem::perms(script_mode), error);
  }
  if (error) return fail(Errc::failed, "cannot make {}: {}", folder_, error.message());
  if (auto owned = check_owner(folder_, true); !owned) return owned;
  // The signature first: between the two writes the script is refused rather than run unsigned.
  const std::string text = fmt::format("{} {}\n", digest, encode_base64(signature));
  if (auto put = write_file(signature_path(name), text, signature_mode); !put) return put;
  return write_file(script_path(name), content, script_mode);
}

Result<void> ScriptFolder::remove(std::string_view name) const {
  if (auto checked = check_script_name(name); !checked) return checked;
  const bool there = ::access(script_path(name).c_str(), F_OK) == 0;
  const bool sent = ::access(signature_path(name).c_str(), F_OK) == 0;
  if (!there && !sent) return fail(Errc::not_found, "there is no script {} in {}", name, folder_);
  if (!sent) return fail(Errc::refused, "{} was placed by hand: who did may remove it", name);
  const std::string serial = fmt::format("{}\n", newest_serial(name));
  if (auto kept = write_file(removed_path(name), serial, signature_mode); !kept) return kept;
  for (const std::string& path : {script_path(name), signature_path(name)}) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      return fail(system_error("remove", path, errno));
    }
  }
  return {};
}

Result<std::vector<Script>> ScriptFolder::list() const {
  std::vector<Script> scripts;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!check_script_name(name) || !at->is_regular_file()) continue;
    if (auto script = find(name)) {
      scripts.push_back(std::move(*script));
    } else {
      scripts.push_back({.name = name, .path = script_path(name)});
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(Errc::failed, "cannot list {}: {}", folder_, error.message());
  }
  std::ranges::sort(scripts, {}, &Script::name);
  return scripts;
}

}  // namespace mega
