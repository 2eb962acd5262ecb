// Expected output in a file: tests/golden/NAME, or a document of the tree that a program prints.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace mega {

// `path`: from the root of the sources.
inline std::string read_source(const std::string& path) {
  std::ifstream file(std::string(MEGA_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// "line 7: \"a\", not \"b\"": where the texts differ first; empty: nowhere.
inline std::string first_difference(const std::string& expected, const std::string& actual) {
  if (expected == actual) return "";
  std::istringstream left(expected), right(actual);
  for (int number = 1;; ++number) {
    std::string one, other;
    const bool more = !!std::getline(left, one), other_more = !!std::getline(right, other);
    if (one != other || !more || !other_more) {
      return "line " + std::to_string(number) + ": \"" + one + "\", not \"" + other + '"';
    }
  }
}

// Compares with the file; with MEGA_UPDATE_GOLDEN=1 writes the file, for review.
inline void expect_golden(const std::string& path, const std::string& actual) {
  if (std::getenv("MEGA_UPDATE_GOLDEN")) {
    std::ofstream(std::string(MEGA_SOURCE_DIR) + "/" + path, std::ios::binary) << actual;
    return;
  }
  EXPECT_EQ(first_difference(read_source(path), actual), "")
      << path << " is not what the program prints; MEGA_UPDATE_GOLDEN=1 writes it";
}

}  // namespace mega
