#include "cmd/inventory/output_file.h"

#include "base/as_owner.h"
#include "base/descriptor.h"
#include "base/file.h"
#include "cmd/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace mega {
namespace {

constexpr mode_t new_file_mode = 0644;

bool is_standard_output(const struct stat& facts) {
  struct stat output {};
  return ::fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == facts.st_dev &&
         output.st_ino == facts.st_ino;
}

// Waits for the reader of a FIFO to take the text, but not for a reader to come.
Result<void> write_into(const std::string& path, std::string_view text) {
  const Descriptor file(open_as_owner(path, O_WRONLY | O_NOCTTY | O_NONBLOCK));
  if (!file || ::fcntl(*file, F_SETFL, 0) != 0) return fail(system_error("write", path, errno));
  while (!text.empty()) {
    const ssize_t written = ::write(*file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(system_error("write", path, errno));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> replace(const std::string& name, std::string_view text, mode_t mode) {
  std::error_code failed;
  const std::string target = std::filesystem::canonical(name, failed).string();
  if (failed) return fail(system_error("write", name, failed.value()));
  return write_file(target, text, mode);
}

}  // namespace

Result<void> write_output_file(const std::string& name, std::string_view text) {
  if (name == "-") return write_output(text);
  struct stat facts {};
  // Asked with all rights: /dev/stdout leads through folders of this process alone.
  const bool is_there = ::stat(name.c_str(), &facts) == 0;
  if (is_there && is_standard_output(facts)) return write_output(text);
  const AsOwner as_owner(name);
  if (is_there && !S_ISREG(facts.st_mode)) return write_into(name, text);
  if (is_there) return replace(name, text, facts.st_mode & 0777);
  if (::lstat(name.c_str(), &facts) != 0) return write_file(name, text, new_file_mode);
  return fail(Errc::not_found, "cannot write {}: it is a link that leads nowhere", name);
}

}  // namespace mega
