#include "keeping/backup_parts.h"

#include "base/data_folder.h"
#include "base/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace mega {
namespace {

// Whether the message contains the file name as a whole word, not within another name.
bool names_file(std::string_view message, std::string_view file) {
  for (auto at = message.find(file); at != message.npos; at = message.find(file, at + 1)) {
    const std::string_view behind = message.substr(at + file.size());
    const bool begins = at == 0 || message[at - 1] == ' ';
    if (begins && (behind.empty() || behind[0] == ':' || behind[0] == ' ')) return true;
  }
  return false;
}

}  // namespace

std::string backup_name(const char* authority_file) {
  return fmt::format("{}/{}", authority_folder_name, authority_file);
}

Result<Unfinished> Unfinished::create(const std::string& path) {
  remove_all(path);
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  return opened(fd, path);
}

Result<Unfinished> Unfinished::create_beside(const std::string& path) {
  std::string name = path + ".part-XXXXXX";
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  return opened(fd, name);
}

Unfinished::~Unfinished() {
  if (!path_.empty()) remove_all(path_);
}

Result<Unfinished> Unfinished::opened(int fd, const std::string& path) {
  if (fd < 0) return fail(system_error("write", path, errno));
  ::close(fd);
  return Unfinished(path);
}

void Unfinished::remove_all(const std::string& path) {
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((path + suffix).c_str());
}

std::int64_t bytes_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : -1;
}

bool exists(const std::string& path) {
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0;
}

Failure about(const std::string& file, Error error) {
  if (!names_file(error.message, file)) error.message = file + ": " + error.message;
  return fail(std::move(error));
}

}  // namespace mega
