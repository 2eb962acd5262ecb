// Descriptor: owns a file descriptor and closes it when destroyed.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace mega {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}  // -1 is none
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    close();
    number_ = other.release();
    return *this;
  }

  int operator*() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

  // Passes ownership to the caller.
  int release() { return std::exchange(number_, -1); }

  // Returns the errno of close(), which may be the first to report a lost write (NFS, quota); 0:
  // none.
  int close() {
    if (number_ < 0) return 0;
    const int closed = ::close(release());
    return closed == 0 || errno == EINTR ? 0 : errno;
  }

 private:
  int number_ = -1;
};

}  // namespace mega
