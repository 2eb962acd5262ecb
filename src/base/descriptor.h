// Descriptor: a file descriptor with one owner, who closes it when he goes.
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

  // Whose it is from now on is the caller's matter.
  int release() { return std::exchange(number_, -1); }

  // Gives the error that close() alone may report (NFS, quota). 0: none.
  int close() {
    if (number_ < 0) return 0;
    const int closed = ::close(release());
    return closed == 0 || errno == EINTR ? 0 : errno;
  }

 private:
  int number_ = -1;
};

}  // namespace mega
