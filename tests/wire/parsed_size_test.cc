#include "wire/parsed_size.h"

#include "tests/support/effort.h"
#include "value/value.h"

#include <gtest/gtest.h>

#include <string>

namespace mega {
namespace {

// A payload of more than small_payload_bytes.
std::string large(const std::string& head, const std::string& each, const std::string& tail) {
  return head + repeated(each, small_payload_bytes) + tail;
}

TEST(ParsedBytes, CountValuesAndNotTheTextInStrings) {
  const struct {
    const char* name;
    std::string payload;
    std::size_t values;  // at least; beside that the payload counts
  } cases[] = {
      {"a list", large(R"({"ID":1,"ARGS":[)", "0,", "0]}"), small_payload_bytes},
      {"a map", large(R"({"ID":1,"ARGS":{)", R"("k":0,)", "0}}"), 2 * small_payload_bytes},
      {"lists without values", large(R"({"ID":1,"ARGS":[)", "[],", "0]}"), 2 * small_payload_bytes},
      {"text", large(R"({"ID":1,"ARGS":")", "0,[{:", R"("})"), 0},
      {"text with quotes", large(R"({"ID":1,"ARGS":")", R"(\",[)", R"("})"), 0},
      {"a literal", large("{'ARGS':[", "0,", "0]}"), small_payload_bytes},
      {"tuples", large("{'ARGS':[", "(),", "0]}"), 2 * small_payload_bytes},
      {"behind a string of three quotes", large("{'A':'''it's''','ARGS':[", "0,", "0]}"),
       small_payload_bytes},
      {"behind a comment", large("{'A':0, # it's\n'ARGS':[", "0,", "0]}"), small_payload_bytes},
      {"text in a literal", large("{'ARGS':'", "0,[{:", "'}"), 0},
  };
  constexpr std::size_t few = 10;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::size_t bytes = parsed_bytes(c.payload);
    EXPECT_GE(bytes, c.values * sizeof(Value));
    EXPECT_LE(bytes, 3 * (c.values + few) * sizeof(Value) + 2 * c.payload.size());
  }
}

TEST(ParsedBytes, DoNotLookAtSmallPayloads) {
  EXPECT_EQ(parsed_bytes(R"({"ID":1,"ARGS":[0,0,0]})"), 0u);
}

TEST(ParsedBytes, AreCountedInLinearTime) {
  const auto json = [](std::size_t n) { return R"({"ID":1,"ARGS":[)" + repeated("0,", n) + "0]}"; };
  const auto literal = [](std::size_t n) { return "{'ARGS':[" + repeated("'a',", n) + "0]}"; };
  const auto count = [](const std::string& payload) { (void)parsed_bytes(payload); };
  EXPECT_TRUE(is_linear(small_payload_bytes, json, count));
  EXPECT_TRUE(is_linear(small_payload_bytes, literal, count));
}

}  // namespace
}  // namespace mega
