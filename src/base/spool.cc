#include "base/spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/file.h"

namespace mega {

Result<int> open_nameless_file(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  // Some file systems do not support O_TMPFILE; there the file has a name for a moment.
  std::string name = folder + "/.spool-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named < 0) return fail(system_error("write to", folder, errno));
  ::unlink(name.c_str());
  return named;
}

Spool::~Spool() {
  if (file_ >= 0) ::close(file_);
}

Result<void> Spool::add(std::string text) {
  if (file_ < 0 && memory_bytes_ + text.size() <= memory_bytes_max_) {
    memory_bytes_ += text.size();
    in_memory_.push_back(std::move(text));
    return {};
  }
  if (file_ < 0) {
    auto opened = open_nameless_file(folder_);
    if (!opened) return fail(opened.error());
    file_ = *opened;
  }
  if (auto written = write(text); !written) return written;
  in_file_.push_back(text.size());
  return {};
}

Result<void> Spool::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::pwrite(file_, text.data(), text.size(), written_);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(system_error("write an answer to", folder_, errno));
    written_ += n;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<std::optional<std::string>> Spool::next() {
  if (!in_memory_.empty()) {
    std::string text = std::move(in_memory_.front());
    in_memory_.pop_front();
    return text;
  }
  if (in_file_.empty()) return std::nullopt;
  std::string text(in_file_.front(), '\0');
  in_file_.pop_front();
  for (std::size_t got = 0; got < text.size();) {
    const ssize_t n = ::pread(file_, text.data() + got, text.size() - got, read_);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(system_error("read an answer from", folder_, n < 0 ? errno : EIO));
    got += static_cast<std::size_t>(n);
    read_ += n;
  }
  return text;
}

}  // namespace mega
