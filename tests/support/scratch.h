// A folder of a test's own, gone with all that is in it when the test ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

class Scratch {
 public:
  Scratch();  // short enough a path for unix sockets
  ~Scratch();
  Scratch(const Scratch&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Writes a file and gives its path.
  std::string write(std::string_view name, std::string_view bytes) const;
  // A file's bytes; empty when it is not there.
  std::string read(std::string_view name) const;
  // How many entries the folder has.
  std::size_t entries() const;

 private:
  std::string path_;
};

}  // namespace mega
