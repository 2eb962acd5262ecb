#include "trust/holder_name.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(HolderName, IsAHostOrAPerson) {
  for (const char* name :
       {"db01", "db-01.example.com", "ada@laptop", "night_shift", "7", "10.0.0.7"}) {
    EXPECT_TRUE(check_holder_name(name)) << name;
  }
  EXPECT_TRUE(check_holder_name(std::string(64, 'a')));
}

TEST(HolderName, IsNothingThatMisleads) {
  const std::string too_long(65, 'a');
  const std::vector<std::string_view> names{"",
                                            " db01",
                                            "-db01",
                                            ".db",
                                            "db 01",
                                            "db01\n",
                                            "db/01",
                                            "d\xc3\xb6ner",
                                            "reader",
                                            "Operator",
                                            "server",
                                            "admin",
                                            "root",
                                            "*",
                                            std::string_view("a\0b", 3),
                                            std::string_view(too_long)};
  for (const std::string_view name : names) {
    const auto checked = check_holder_name(name);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().code, Errc::invalid_argument);
  }
}

}  // namespace
}  // namespace mega
