#include "base/process.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(ProcessMemory, ForgetsCodeThatRanAndRunsItAgain) {
  const std::int64_t before = resident_bytes();
  forget_code_that_ran();
  EXPECT_LT(resident_bytes(), before) << "and this ran, too";
}

}  // namespace
}  // namespace mega
