#include "value/condition.h"

#include "tests/support/variable.h"

#include <gmock/gmock.h>

#include <ctime>

namespace mega {
namespace {

using testing::ElementsAreArray;

const std::vector<ConditionField> fields = {
    {"id", FieldKind::number, 0},
    {"name", FieldKind::text, 1},
    {"ip", FieldKind::address, 2},
    {"port", FieldKind::number, 3},
    {"role", FieldKind::number, 4, {{"master", 1}, {"slave", 2}, {"single", 3}}},
    {"version", FieldKind::version, 5},
    {"cluster", FieldKind::text, 6},
    {"owner", FieldKind::text, 7},
    {"online_date", FieldKind::time, 8},
    {"tags", FieldKind::tags, 9},
};

const Time first_of_may{1714521600};  // 2024-05-01 00:00:00 UTC

// Four rows; a condition is told by the ids that it selects.
const std::vector<List> rows = {
    {1, "orders-1", "10.1.0.1", 3306, 1, "10.11.6-MariaDB-log", "orders", "dba", first_of_may,
     Map{{"env", "prod"}, {"ssd", ""}}},
    {2, "orders-2", "10.1.0.2", 3306, 2, "10.11.6", "orders", nullptr,
     Time{first_of_may.seconds + 86399}, Map{{"env", "test"}, {"weight", "9"}}},
    {3, "Mail", "10.2.0.3", 3307, 3, "10.4.34", "", "", Time{first_of_may.seconds + 86400},
     Map{{"weight", "10"}}},
    {4, "a*b", "2001:db8::1", 33060, 2, "", "or and", "ops", Time{0}, Map{}},
};

std::vector<std::int64_t> selected(std::string_view text) {
  const auto condition = Condition::parse(text, fields);
  EXPECT_TRUE(condition) << (condition ? "" : condition.error().message);
  std::vector<std::int64_t> ids;
  for (const List& row : rows) {
    if (condition && condition->matches(row)) ids.push_back(*row[0].as<std::int64_t>());
  }
  return ids;
}

class ConditionTest : public testing::Test {
 protected:
  ConditionTest() { ::tzset(); }
  Variable zone{"TZ", "UTC"};
};

TEST_F(ConditionTest, SelectsRows) {
  using Ids = std::vector<std::int64_t>;
  const struct {
    const char* text;
    Ids ids;
  } cases[] = {
      // All rows, and the words between tests.
      {"", {1, 2, 3, 4}},
      {" \n\t", {1, 2, 3, 4}},
      {"role=slave and version~10.11 and cluster=orders", {2}},
      {"role=master or role=single", {1, 3}},
      {"role=master or role=slave and port=33060", {1, 4}},
      {"(role=master or role=slave) and port=33060", {4}},
      {"not role=master", {2, 3, 4}},
      {"not not role=master", {1}},
      {"NOT (role=master Or id=2) AND port=3307", {3}},
      {"((id=1))", {1}},
      // Numbers.
      {"port=3306", {1, 2}},
      {"port == 3306", {1, 2}},
      {"port!=3306", {3, 4}},
      {"port>3306", {3, 4}},
      {"port>=3307", {3, 4}},
      {"port<3307", {1, 2}},
      {"port<=3307", {1, 2, 3}},
      {"port~330", {1, 2, 3, 4}},
      {"port!~3306", {3}},
      {"role=2", {2, 4}},
      {"role>=slave", {2, 3, 4}},
      {"id=-1", {}},
      // Text.
      {"cluster=orders", {1, 2}},
      {"cluster=ORDERS", {}},
      {"cluster~ORD", {1, 2}},
      {"cluster=''", {3}},
      {"cluster=\"or and\"", {4}},
      {"cluster!=orders", {3, 4}},
      {"name=orders-*", {1, 2}},
      {"name=orders-?", {1, 2}},
      {"name!=*a*", {1, 2}},
      {"name='a*b'", {4}},
      {"name=\"orders-*\"", {}},
      {"name='a\\*b'", {4}},
      {"name<a", {3}},
      {"NAME=Mail", {3}},
      {"owner=''", {2, 3}},
      {"owner!=dba", {2, 3, 4}},
      {"owner~a", {1}},
      {"owner<zzz", {1, 3, 4}},
      {"name=or", {}},
      // Lists.
      {"role in (master, single)", {1, 3}},
      {"role not in (master,single)", {2, 4}},
      {"name in (Mail, orders-*)", {1, 2, 3}},
      {"id in(1)", {1}},
      // Addresses.
      {"ip=10.1.0.2", {2}},
      {"ip=10.1.0.0/16", {1, 2}},
      {"ip=2001:db8::/32", {4}},
      {"ip in (10.2.0.0/16, 2001:db8::1)", {3, 4}},
      {"ip~.0.", {1, 2, 3}},
      {"ip=10.1.*", {1, 2}},
      {"ip>10.1.0.1", {2, 3, 4}},
      {"ip>=9.255.255.255 and ip<10.1.0.10", {1, 2}},
      {"ip<=10.2.0.3", {1, 2, 3}},
      {"ip<2001:db8::1", {1, 2, 3}},
      {"ip<2001:0DB8::2", {1, 2, 3, 4}},
      // Versions.
      {"version~10.11", {1, 2}},
      {"version~10.1", {}},
      {"version~10", {1, 2, 3}},
      {"version~mariadb", {1}},
      {"version=10.11.6", {1, 2}},
      {"version=10.11.6-mariadb-log", {1}},
      {"version=10.11.*", {1, 2}},
      {"version>=10.11", {1, 2}},
      {"version<10.11", {3}},
      {"version>10.4.34", {1, 2}},
      {"version=''", {4}},
      {"version!~10", {4}},
      // Times.
      {"online_date=2024-05-01", {1, 2}},
      {"online_date>2024-05-01", {3}},
      {"online_date>=2024-05-01", {1, 2, 3}},
      {"online_date<2024-05-01", {4}},
      {"online_date<=2024-05-01", {1, 2, 4}},
      {"online_date='2024-05-01 00:00'", {1}},
      {"online_date=2024-05-01T23:59:59", {2}},
      {"online_date~2024-05", {1, 2, 3}},
      // Tags.
      {"tag.env", {1, 2}},
      {"not tag.env", {3, 4}},
      {"tag.ssd", {1}},
      {"tag.env=prod", {1}},
      {"tag.env!=prod", {2, 3, 4}},
      {"tag.env in (prod, test)", {1, 2}},
      {"tag.env~PRO", {1}},
      {"tag.weight>9", {3}},
      {"tag.weight<=10", {2, 3}},
      {"tag.ENV=p*", {1}},
      {"tag.env and tag.ssd", {1}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(selected(c.text), ElementsAreArray(c.ids));
  }
}

TEST_F(ConditionTest, ShowsWhereItIsWrong) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"rle=slave",
       "unknown field \"rle\", did you mean 'role'?\n"
       "  rle=slave\n"
       "  ^"},
      {"id=1 and xyz=1",
       "unknown field \"xyz\"; there are id, name, ip, port, role, version, cluster, owner, "
       "online_date, tag.NAME\n"
       "  id=1 and xyz=1\n"
       "           ^"},
      {"role=mater",
       "role is a number or one of master, slave, single, not \"mater\", did you mean 'master'?\n"
       "  role=mater\n"
       "       ^"},
      {"port=http",
       "port is a number, not \"http\"\n"
       "  port=http\n"
       "       ^"},
      {"role slave",
       "expected = != < <= > >= ~ !~ or in after role\n"
       "  role slave\n"
       "       ^"},
      {"role=",
       "expected a value\n"
       "  role=\n"
       "       ^"},
      {"id=1 id=2",
       "expected 'and', 'or' or the end\n"
       "  id=1 id=2\n"
       "       ^"},
      {"id=1 and",
       "expected a field\n"
       "  id=1 and\n"
       "          ^"},
      {"(id=1",
       "expected ')' for the '(' at 1\n"
       "  (id=1\n"
       "       ^"},
      {"name='x",
       "this quote is not closed\n"
       "  name='x\n"
       "       ^"},
      {"id in 1",
       "expected '(' after in\n"
       "  id in 1\n"
       "        ^"},
      {"id in (1 2)",
       "expected ',' or ')'\n"
       "  id in (1 2)\n"
       "           ^"},
      {"ip=10.0.0.0/99",
       "\"10.0.0.0/99\" is no network like 10.1.0.0/16\n"
       "  ip=10.0.0.0/99\n"
       "     ^"},
      {"ip>10.1",
       "\"10.1\" is no address like 10.1.0.7, and < and > compare addresses with addresses\n"
       "  ip>10.1\n"
       "     ^"},
      {"ip<10.0.0.0/8",
       "\"10.0.0.0/8\" is no address like 10.1.0.7, and < and > compare addresses with "
       "addresses\n"
       "  ip<10.0.0.0/8\n"
       "     ^"},
      {"version>new",
       "\"new\" does not begin with a number, as versions do\n"
       "  version>new\n"
       "          ^"},
      {"online_date=yesterday",
       "online_date is a time like 2024-05-01 or 2024-05-01T10:00, not \"yesterday\"\n"
       "  online_date=yesterday\n"
       "              ^"},
      {"id=1\nand port=x",
       "port is a number, not \"x\"\n"
       "  and port=x\n"
       "           ^"},
      {"name=\xe4\xb8\xad and no=1",
       "unknown field \"no\"; there are id, name, ip, port, role, version, cluster, owner, "
       "online_date, tag.NAME\n"
       "  name=\xe4\xb8\xad and no=1\n"
       "              ^"},
      {"=1",
       "expected a field\n"
       "  =1\n"
       "  ^"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto condition = Condition::parse(c.text, fields);
    ASSERT_FALSE(condition);
    EXPECT_EQ(condition.error().code, Errc::invalid_argument);
    EXPECT_EQ(condition.error().message, c.error);
  }
}

TEST_F(ConditionTest, RefusesWhatIsTooDeepOrTooLong) {
  const int depth = condition_depth_max;
  const std::string open(static_cast<std::size_t>(depth), '(');
  const std::string close(static_cast<std::size_t>(depth), ')');
  EXPECT_FALSE(Condition::parse(open + "id=1" + close, fields));
  EXPECT_TRUE(Condition::parse(open.substr(1) + "id=1" + close.substr(1), fields));
  EXPECT_FALSE(Condition::parse(std::string(100'000, '('), fields));
  EXPECT_FALSE(Condition::parse(std::string(condition_bytes_max + 1, ' '), fields));
  std::string nots;
  for (int i = 0; i < 200; ++i) nots += "not ";
  EXPECT_FALSE(Condition::parse(nots + "id=1", fields));
}

// Every prefix of a condition is a condition or an error that names a place in it.
TEST_F(ConditionTest, EveryPrefixIsAnswered) {
  const std::string whole =
      "not (role in (master, 'x y') or tag.env!=prod) and online_date>=2024-05-01 and "
      "ip=10.0.0.0/8";
  for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
    const auto condition = Condition::parse(whole.substr(0, bytes), fields);
    if (condition) {
      for (const List& row : rows) {
        const bool once = condition->matches(row);
        EXPECT_EQ(condition->matches(row), once);
      }
    } else {
      EXPECT_NE(condition.error().message.find('^'), std::string::npos) << bytes;
    }
  }
}

}  // namespace
}  // namespace mega
