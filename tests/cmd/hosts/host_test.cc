#include "base/host.h"

#include "cmd/command_line.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

std::string run(const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  const auto result = run_command_line(words);
  const std::string out = testing::internal::GetCapturedStdout();
  return result ? out : "error: " + result.error().message;
}

TEST(HostCommand, PrintsNameAndAddress) {
  const auto name = host_name();
  const auto address = host_address();
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(run({"host", "--name"}), *name + "\n");
  if (!address) {
    EXPECT_EQ(run({"host"}), "error: " + address.error().message);
    return;
  }
  EXPECT_EQ(run({"host"}), *name + "  " + *address + "\n");
  EXPECT_EQ(run({"host", "--address"}), *address + "\n");
  EXPECT_EQ(run({"host", "-o", "json"}),
            "{\"name\":\"" + *name + "\",\"address\":\"" + *address + "\"}\n");
}

TEST(HostCommand, RefusesOtherFormats) {
  EXPECT_TRUE(run({"host", "-o", "xml"}).starts_with("error: "));
}

}  // namespace
}  // namespace mega
