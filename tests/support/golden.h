// Expected output in a file: tests/golden/NAME, or a document of the tree that a program prints.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace mega {

// `path`: from the root of the sources.
inline std::string read_source(const std::string& path) {
  std::ifstream file(std::string(MEGA_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// Compares with the file; with MEGA_UPDATE_GOLDEN=1 writes the file, for review.
inline void expect_golden(const std::string& path, const std::string& actual) {
  if (std::getenv("MEGA_UPDATE_GOLDEN")) {
    std::ofstream(std::string(MEGA_SOURCE_DIR) + "/" + path, std::ios::binary) << actual;
    return;
  }
  EXPECT_EQ(read_source(path), actual)
      << path << " is not what the program prints; MEGA_UPDATE_GOLDEN=1 writes it";
}

}  // namespace mega
