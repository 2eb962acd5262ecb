#include "value/python_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace mega {
namespace {

enum class Verdict { whole, open, impossible };

Verdict verdict(const LiteralScanner& scanner) {
  if (scanner.impossible()) return Verdict::impossible;
  return scanner.whole() ? Verdict::whole : Verdict::open;
}

TEST(LiteralScanner, KnowsWhetherALiteralIsWhole) {
  const struct {
    const char* name;
    std::string text;
    Verdict verdict;
  } cases[] = {
      {"nothing", "", Verdict::open},
      {"blanks", " \t\r\n", Verdict::open},
      {"a request", "{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': \"a='b'\", 'TOOL': True}",
       Verdict::whole},
      {"a request without its bracket", "{'HEAD': 'MEGA', 'TARGET': 0", Verdict::open},
      {"a reply", "([{'stat': '1', 'name': '\\xe4\\xb8\\xad'}], 0)", Verdict::whole},
      {"brackets in a string", "('argc=1 arg1=[hello]', ')(]'", Verdict::open},
      {"the wrong bracket", "([1)", Verdict::impossible},
      {"a closing bracket at first", "]", Verdict::impossible},
      {"two things", "[1] [2]", Verdict::impossible},
      {"a list behind a string", "'a' [2]", Verdict::impossible},
      {"a bare tuple", "1, 2", Verdict::impossible},
      {"an integer", "-12", Verdict::whole},
      {"a sign", "-", Verdict::open},
      {"two numbers", "1 2", Verdict::impossible},
      {"a real", "1e-7", Verdict::whole},
      {"a sum", "1-7", Verdict::impossible},
      {"a real that starts with its point", ".5", Verdict::whole},
      {"None", "None", Verdict::whole},
      {"part of None", "Non", Verdict::open},
      {"None and more letters", "Nonesuch ", Verdict::impossible},
      {"a name", "hello ", Verdict::impossible},
      {"a long name", "hello_world", Verdict::impossible},
      {"a name in a list", "[hello]", Verdict::impossible},
      {"a call", "open('/etc/passwd')", Verdict::impossible},
      {"the empty set", "set()", Verdict::whole},
      {"a set as Python 2 writes it", "set([1, 2])", Verdict::whole},
      {"the word set", "set", Verdict::open},
      {"an operator", "[1 * 2]", Verdict::impossible},
      {"a string", "'a'", Verdict::whole},
      {"an open string", "'a", Verdict::open},
      {"an escaped quote", "'a\\'", Verdict::open},
      {"an escaped backslash", "'a\\\\'", Verdict::whole},
      {"the other quote", "'a\"", Verdict::open},
      {"strings that join", "'a' u\"b\"", Verdict::whole},
      {"a string with a prefix", "ur'a'", Verdict::whole},
      {"an unknown prefix", "x'a'", Verdict::impossible},
      {"an empty string", "''", Verdict::whole},
      {"three quotes", "'''", Verdict::open},
      {"three quotes and a line break", "'''a\n'' '''", Verdict::whole},
      {"two of three closing quotes", "'''a''", Verdict::open},
      {"a line break in a string", "'a\nb'", Verdict::impossible},
      {"an escaped line break", "'a\\\nb'", Verdict::whole},
      {"a bracket in a comment", "[1, # ]\n", Verdict::open},
      {"a comment at the end", "[1] # ]", Verdict::whole},
      {"brackets as deep as allowed", std::string(100, '[') + std::string(100, ']'),
       Verdict::whole},
      {"brackets too deep", std::string(101, '['), Verdict::impossible},
  };
  for (const auto& c : cases) {
    // Wherever the network splits the text, the verdict is the same.
    for (std::size_t cut = 0; cut <= c.text.size(); ++cut) {
      SCOPED_TRACE(testing::Message() << c.name << ", cut at " << cut);
      LiteralScanner scanner;
      scanner.feed(c.text.substr(0, cut));
      scanner.feed(c.text.substr(cut));
      EXPECT_EQ(verdict(scanner), c.verdict);
    }
  }
}

TEST(LiteralScanner, IsWholeOnlyAtTheLastByteOfARequest) {
  const std::string request =
      "{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': \"model='EOF',stat=1\", 'VALUE': u'f', 'CYCLE': 1L}";
  LiteralScanner scanner;
  for (std::size_t i = 0; i < request.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_FALSE(scanner.whole());
    EXPECT_FALSE(scanner.impossible());
    scanner.feed(request.substr(i, 1));
  }
  EXPECT_TRUE(scanner.whole());
}

}  // namespace
}  // namespace mega
