#include "tasks/format/order.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(Interpreter, IsWhatTheOrderSaysElseByTheName) {
  EXPECT_EQ(interpreter_of({.script = "a.py"}), "python");
  EXPECT_EQ(interpreter_of({.script = "a.sh"}), "bash");
  EXPECT_EQ(interpreter_of({.script = "a.pl"}), "perl");
  EXPECT_EQ(interpreter_of({.script = "a"}), "cmd");
  EXPECT_EQ(interpreter_of({.script = "sh"}), "cmd");
  EXPECT_EQ(interpreter_of({.script = "a.py", .interpreter = "cmd"}), "cmd");
}

}  // namespace
}  // namespace mega
