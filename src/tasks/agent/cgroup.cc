#include "tasks/agent/cgroup.h"

#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace mega {
namespace {

constexpr std::size_t proc_bytes_max = 1 << 20;

// The path of the only line without controllers, "0::PATH".
std::optional<std::string_view> path_of(std::string_view cgroups) {
  constexpr std::string_view version_2 = "0::/";
  for (const std::string_view line : split(cgroups, '\n')) {
    if (line.starts_with(version_2)) return line.substr(version_2.size() - 1);
  }
  return std::nullopt;
}

// Of a line "ID PARENT DEVICE ROOT FOLDER OPTIONS [TAG...] - TYPE SOURCE OPTIONS".
struct Mount {
  std::string_view root, folder;
};

std::optional<Mount> cgroup_mount(std::string_view line) {
  const auto fields = split(line, ' ');
  constexpr std::size_t fields_before_tags = 6;
  const auto end_of_tags = std::ranges::find(fields, "-");
  if (fields.size() < fields_before_tags || fields.end() - end_of_tags < 2) return std::nullopt;
  // The kernel writes a blank in a name as \040; cgroups are mounted at plain names.
  if (*(end_of_tags + 1) != "cgroup2" || fields[4].find('\\') != line.npos) return std::nullopt;
  return Mount{.root = fields[3], .folder = fields[4]};
}

// The part of `path` below `root`: empty or with a slash in front.
std::optional<std::string_view> below(std::string_view root, std::string_view path) {
  if (path.find("/..") != path.npos) return std::nullopt;  // outside of this namespace
  if (root != "/") {
    if (!path.starts_with(root)) return std::nullopt;
    path.remove_prefix(root.size());
    if (!path.empty() && path.front() != '/') return std::nullopt;
  }
  return path == "/" ? std::string_view() : path;
}

bool is_delegated(const std::string& folder) {
  for (const char* attribute : {"user.delegate", "trusted.delegate"}) {
    char text = 0;
    if (::getxattr(folder.c_str(), attribute, &text, sizeof text) == 1 && text == '1') return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> cgroup_folder(std::string_view mountinfo, std::string_view cgroups) {
  const auto path = path_of(cgroups);
  if (!path) return std::nullopt;
  for (const std::string_view line : split(mountinfo, '\n')) {
    const auto mount = cgroup_mount(line);
    const auto rest = mount ? below(mount->root, *path) : std::nullopt;
    if (rest) return fmt::format("{}{}", mount->folder, *rest);
  }
  return std::nullopt;
}

std::string own_cgroup() {
  const auto mountinfo = read_file("/proc/self/mountinfo", proc_bytes_max);
  const auto cgroups = read_file("/proc/self/cgroup", proc_bytes_max);
  if (!mountinfo || !cgroups) return {};
  const auto folder = cgroup_folder(*mountinfo, *cgroups);
  if (!folder || ::access((*folder + "/cgroup.procs").c_str(), W_OK) != 0) return {};
  std::error_code error;
  const bool has_systemd = std::filesystem::exists("/run/systemd/system", error);
  return is_delegated(*folder) || !has_systemd ? *folder : std::string();
}

}  // namespace mega
