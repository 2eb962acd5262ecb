// Scratch: a temporary folder of a test; the destructor removes it with its contents.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

class Scratch {
 public:
  Scratch();  // the path is short enough for unix sockets
  ~Scratch();
  Scratch(const Scratch&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Writes a file and returns its path.
  std::string write(std::string_view name, std::string_view bytes) const;
  // A file's bytes; empty when the file is missing.
  std::string read(std::string_view name) const;
  // The number of entries in the folder.
  std::size_t entries() const;

 private:
  std::string path_;
};

}  // namespace mega
