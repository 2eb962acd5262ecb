#include "tests/support/scratch.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace mega {

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "mega.XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no scratch folder " + name);
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Scratch::write(std::string_view name, std::string_view bytes) const {
  std::ofstream(*this / name, std::ios::binary) << bytes;
  return *this / name;
}

std::string Scratch::read(std::string_view name) const {
  std::ostringstream bytes;
  bytes << std::ifstream(*this / name, std::ios::binary).rdbuf();
  return bytes.str();
}

std::size_t Scratch::entries() const {
  const std::filesystem::directory_iterator all(path_);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace mega
