// Lists of hosts, expanded and folded.
#include "hosts/format/host_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace mega {
namespace {

using testing::HasSubstr;
using Names = std::vector<std::string>;

TEST(HostList, IsReadAsPeopleWriteIt) {
  const struct {
    const char* name;
    std::string text;
    Names hosts;
  } cases[] = {
      {"nothing", "", {}},
      {"blanks and commas", " , ,\t", {}},
      {"one", "db1", {"db1"}},
      {"several", "db1,web3 10.0.0.7", {"db1", "web3", "10.0.0.7"}},
      {"an IPv6 address", "fd00::1, db1", {"fd00::1", "db1"}},
      {"a range", "db[1-3]", {"db1", "db2", "db3"}},
      {"leading zeros stay", "db[08-11]", {"db08", "db09", "db10", "db11"}},
      {"no zeros where none stand", "db[9-11]", {"db9", "db10", "db11"}},
      {"a range that outgrows its zeros", "db[099-100]", {"db099", "db100"}},
      {"a range that outgrows its width",
       "db[09-10,98-100]",
       {"db09", "db10", "db98", "db99", "db100"}},
      {"numbers and ranges", "db[01-02,20]x", {"db01x", "db02x", "db20x"}},
      {"two brackets", "r[1-2]-db[1-2]", {"r1-db1", "r1-db2", "r2-db1", "r2-db2"}},
      {"addresses", "10.0.0.[9-10]", {"10.0.0.9", "10.0.0.10"}},
      {"the same again", "db1 db[1-2] db2", {"db1", "db2"}},
      {"a zero", "db[0-1]", {"db0", "db1"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto hosts = parse_host_list(c.text);
    ASSERT_TRUE(hosts.has_value()) << hosts.error().message;
    EXPECT_EQ(*hosts, c.hosts);
  }
}

TEST(HostList, ShowsWhereItIsWrong) {
  const struct {
    const char* name;
    std::string text;
    std::string message;
  } cases[] = {
      {"open", "db[1-3", "'[' without its ']'\n  db[1-3\n    ^"},
      {"closed only", "db1]", "']' without its '['\n  db1]\n     ^"},
      {"empty", "db[]", "want a number\n  db[]\n     ^"},
      {"letters", "db[a-c]", "want a number\n  db[a-c]\n     ^"},
      {"half a range", "db[1-]", "want a number\n  db[1-]\n       ^"},
      {"backwards", "db[3-1]", "the range ends before it begins\n  db[3-1]\n     ^"},
      {"blanks within", "db[1 - 3]", "want a number, '-', ',' or ']'\n  db[1 - 3]\n      ^"},
      {"a number that is too long", "db[1234567890123456789]", "the number is too long"},
      {"an end with more zeros", "c[09-010]",
       "a range from 09 ends in 10, not in 010\n  c[09-010]\n    ^"},
      {"an end with fewer zeros", "c[001-10]",
       "a range from 001 ends in 010, not in 10\n  c[001-10]\n    ^"},
      {"an end with zeros alone", "c[9-010]",
       "a range from 9 ends in 10, not in 010\n  c[9-010]\n    ^"},
      {"a range that is too long", "db[0-100000]", "these are more than 100000 hosts"},
      {"far too long", "db[0-999999999999999999]", "these are more than 100000 hosts"},
      {"too many together", "r[1-999]-db[1-999]", "these are more than 100000 hosts"},
      {"too many ranges", "db[1-60000,100001-160000]", "these are more than 100000 hosts"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto hosts = parse_host_list(c.text);
    ASSERT_FALSE(hosts.has_value());
    EXPECT_EQ(hosts.error().code, Errc::invalid_argument);
    EXPECT_THAT(hosts.error().message, HasSubstr(c.message));
  }
}

TEST(HostList, IsFolded) {
  const struct {
    const char* name;
    Names hosts;
    std::string text;
  } cases[] = {
      {"nothing", {}, ""},
      {"one", {"db1"}, "db1"},
      {"without a number", {"orders"}, "orders"},
      {"a name and the same with numbers", {"db", "db1", "db2"}, "db[1,2],db"},
      {"two", {"db1", "db2"}, "db[1,2]"},
      {"a range", {"db3", "db1", "db2"}, "db[1-3]"},
      {"with a gap", {"db01", "db02", "db03", "db20"}, "db[01-03,20]"},
      {"across ten", {"db9", "db10", "db11"}, "db[9-11]"},
      {"across ten with zeros", {"db09", "db10", "db11"}, "db[09-11]"},
      {"with and without zeros", {"db1", "db01", "db2", "db02"}, "db[01,1,02,2]"},
      {"around", {"db1.eu", "db2.eu", "db1.us"}, "db[1,2].eu,db1.us"},
      {"the last number counts", {"r1-db1", "r1-db2", "r2-db1"}, "r1-db[1,2],r2-db1"},
      {"addresses", {"10.0.0.1", "10.0.0.2", "10.0.0.3"}, "10.0.0.[1-3]"},
      {"the same twice", {"db1", "db1", "db2"}, "db[1,2]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(fold_hosts(c.hosts), c.text);
  }
}

TEST(HostList, ReadsBackWhatItFolds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto pick = [&](int below) { return std::uniform_int_distribution<int>(0, below)(random); };
  for (int round = 0; round < 500; ++round) {
    std::set<std::string> names;
    for (int i = pick(30); i >= 0; --i) {
      const std::string head = Names{"db", "web-", "r1-db", ""}[static_cast<std::size_t>(pick(3))];
      if (pick(20) == 0 && !head.empty()) names.insert(head);
      const std::string tail = Names{"", ".eu", "x"}[static_cast<std::size_t>(pick(2))];
      names.insert(head + fmt::format("{:0{}}", pick(120), 1 + pick(3)) + tail);
    }
    const std::string text = fold_hosts(Names(names.begin(), names.end()));
    const auto back = parse_host_list(text);
    ASSERT_TRUE(back.has_value()) << text;
    EXPECT_EQ(std::set<std::string>(back->begin(), back->end()), names) << text;
    EXPECT_EQ(back->size(), names.size()) << text;
  }
}

}  // namespace
}  // namespace mega
