#include "base/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/descriptor.h"
#include "base/text.h"

namespace mega {
namespace {

// Repeats a call that a signal interrupted.
template <class Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// Writes all bytes. Returns 0 or the errno.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = retried([&] { return ::write(file, bytes.data(), bytes.size()); });
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Syncs the folder, so that a new name in it survives a crash. Returns 0 or the errno.
int sync_folder(const std::string& folder) {
  const Descriptor opened(
      retried([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!opened) return errno;
  // Some file systems return EINVAL: they cannot sync a folder and do not need it.
  return ::fsync(*opened) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

std::string describe_errno(int error_number) {
  std::array<char, 256> text;
  return ::strerror_r(error_number, text.data(), text.size());
}

Error system_error(std::string_view verb, std::string_view path, int error_number) {
  const bool missing = error_number == ENOENT || error_number == ENOTDIR;
  const bool denied = error_number == EACCES || error_number == EPERM;
  return {missing  ? Errc::not_found
          : denied ? Errc::not_allowed
                   : Errc::failed,
          fmt::format("cannot {} {}: {}", verb, one_line(path), describe_errno(error_number))};
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(retried([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!file) return fail(system_error("read", path, errno));
  std::string bytes;
  std::array<char, 64 << 10> chunk;
  for (;;) {
    const auto got = retried([&] { return ::read(*file, chunk.data(), chunk.size()); });
    if (got < 0) return fail(system_error("read", path, errno));
    if (got == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (bytes.size() > bytes_max) {
      return fail(Errc::failed, "cannot read {}: it has more than {} bytes", one_line(path),
                  bytes_max);
    }
  }
}

Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  std::string temporary = path + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return fail(system_error("write", path, errno));

  int error = write_all(*file, bytes);
  if (error == 0 && ::fchmod(*file, mode) != 0) error = errno;
  if (error == 0 && ::fsync(*file) != 0) error = errno;
  if (const int closed = file.close(); error == 0) error = closed;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return fail(system_error("write", path, error));
  }
  if (const int failed = sync_folder(folder_of(path)); failed != 0) {
    return fail(system_error("sync the folder of", path, failed));
  }
  return {};
}

}  // namespace mega
