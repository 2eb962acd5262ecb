#include "base/result.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(Errc, HasTheExitCodesOfTheCommandLine) {
  const struct {
    Errc code;
    int exit_code;
    std::string_view kind;
  } cases[] = {
      {Errc::failed, 1, "failed"},
      {Errc::invalid_argument, 2, "invalid_argument"},
      {Errc::partly_failed, 3, "partly_failed"},
      {Errc::unavailable, 4, "unavailable"},
      {Errc::refused, 5, "refused"},
      {Errc::not_allowed, 6, "not_allowed"},
      {Errc::not_found, 7, "not_found"},
      {Errc::timed_out, 8, "timed_out"},
      {Errc::findings, 9, "findings"},
      {Errc::internal, 70, "internal"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.kind);
    EXPECT_EQ(exit_code(c.code), c.exit_code);
    EXPECT_EQ(kind(c.code), c.kind);
    EXPECT_EQ(errc_from(c.kind, 0), c.code);
  }
}

TEST(Errc, OfAPeerThatKnowsOtherKindsComesFromItsCode) {
  EXPECT_EQ(errc_from("brand_new", 6), Errc::not_allowed);
  EXPECT_EQ(errc_from("brand_new", 42), Errc::failed);
}

}  // namespace
}  // namespace mega
