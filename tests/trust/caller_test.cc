#include "trust/caller.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

constexpr Role roles[] = {Role::none, Role::reader, Role::agent, Role::operator_, Role::admin};
constexpr Permission permissions[] = {Permission::read,  Permission::write, Permission::run,
                                      Permission::agent, Permission::admin, Permission::self,
                                      Permission::join};

TEST(Allows, IsThisTableAndNothingElse) {
  const struct {
    Role role;
    std::string may;
  } cases[] = {
      {Role::none, "join"},
      {Role::reader, "read self"},
      {Role::agent, "agent self"},
      {Role::operator_, "read write run self"},
      {Role::admin, "read write run agent admin self"},
  };
  for (const auto& c : cases) {
    std::string may;
    for (const Permission permission : permissions) {
      if (!allows(c.role, permission)) continue;
      may += (may.empty() ? "" : " ") + std::string(name_of(permission));
    }
    EXPECT_EQ(may, c.may) << name_of(c.role);
  }
}

TEST(Allows, NothingThatIsOutsideOfTheTable) {
  for (const Role role : roles) EXPECT_FALSE(allows(role, static_cast<Permission>(99)));
  for (const Permission permission : permissions) {
    EXPECT_FALSE(allows(static_cast<Role>(99), permission));
  }
}

TEST(Caller, MayOnlyJoinUntilSomebodySaysWhoItIs) {
  const Caller caller;
  for (const Permission permission : permissions) {
    EXPECT_EQ(allows(caller.role, permission), permission == Permission::join);
  }
}

TEST(ParseRole, KnowsThoseThatCanBeGivenAway) {
  for (const Role role : {Role::reader, Role::agent, Role::operator_}) {
    EXPECT_EQ(parse_role(name_of(role)).value(), role);
  }
}

TEST(ParseRole, RefusesTheRest) {
  const struct {
    std::string text;
    std::string message;
  } cases[] = {
      {"raeder", "want one of reader, agent, operator, not \"raeder\", did you mean 'reader'?"},
      {"admin", "want one of reader, agent, operator, not \"admin\""},
      {"none", "want one of reader, agent, operator, not \"none\""},
      {"", "want one of reader, agent, operator, not \"\""},
      {"Reader", "want one of reader, agent, operator, not \"Reader\", did you mean 'reader'?"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto role = parse_role(c.text);
    ASSERT_FALSE(role.has_value());
    EXPECT_EQ(role.error().code, Errc::invalid_argument);
    EXPECT_EQ(role.error().message, c.message);
  }
}

TEST(NameOf, IsShortAndDifferentForEach) {
  EXPECT_EQ(name_of(Door::unix_socket), "unix");
  EXPECT_EQ(name_of(Door::tls), "tls");
  EXPECT_EQ(name_of(Door::legacy), "legacy");
  EXPECT_EQ(name_of(Role::operator_), "operator");
  EXPECT_EQ(name_of(Role::none), "none");
}

}  // namespace
}  // namespace mega
