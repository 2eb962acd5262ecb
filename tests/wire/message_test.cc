#include "wire/message.h"

#include "wire/envelope.h"
#include "wire/reply.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(Message, IsAnAnswerWhenCodeOrMoreStandsBeforeAnyValue) {
  const struct {
    const char* name;
    const char* payload;
    bool answer;
  } rows[] = {
      {"an answer", R"({"ID":7,"CODE":0,"RESULT":{}})", true},
      {"a failure", R"({"CODE": 2, "ID": 7, "KIND": "failed"})", true},
      {"a part", R"({"ID":7,"MORE":true,"RESULT":[1,2]})", true},
      {"behind its result", R"({"ID":7,"RESULT":[{"VALUE":"x"},"}\"]"],"CODE":0})", true},
      {"blanks", " {\n\t\"ID\" : 7 , \"CODE\" : 0 } ", true},
      {"a request", R"({"ID":7,"HEAD":"MEGA","VALUE":"get_server"})", false},
      {"a request with CODE as text", R"({"ID":7,"ARGS":"\"CODE\":1","VALUE":"x"})", false},
      {"a request with CODE inside", R"({"ID":7,"ARGS":{"CODE":1},"VALUE":"x"})", false},
      {"a request with both", R"({"ID":7,"VALUE":"x","CODE":0})", false},
      {"neither", R"({"ID":7})", false},
      {"Python", "{'ID': 7, 'CODE': 0}", false},
      {"no map", R"(["CODE",0])", false},
      {"cut in a string", R"({"ID)", false},
      {"cut behind a backslash", R"({"ID":"\)", false},
      {"cut in a value", R"({"ID":[[)", false},
      {"nothing", "", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(is_answer(row.payload), row.answer);
  }
}

TEST(Message, IsToldFromWhatOurOwnSideWrites) {
  EXPECT_TRUE(is_answer(our_reply(7, Value(Map{{"VALUE", 1}}))));
  EXPECT_TRUE(is_answer(our_reply(7, fail(Errc::not_found, "no \"VALUE\""))));
  const Envelope request{.id = 7, .function = "x", .args = Map{{"CODE", 0}}};
  EXPECT_FALSE(is_answer(write_envelope(request, Dialect::ours)));
}

TEST(Message, KnowsTheCourtesies) {
  const struct {
    const char* name;
    const char* payload;
    Courtesy kind;
    std::int64_t id;
  } rows[] = {
      {"a ping", R"({"ID":9,"VALUE":"ping"})", Courtesy::ping, 9},
      {"with a head", R"({"ID":9,"HEAD":"MEGA","VALUE":"attend"})", Courtesy::attend, 9},
      {"another order", R"({"VALUE": "ping", "ID": 9})", Courtesy::ping, 9},
      {"another function", R"({"ID":9,"VALUE":"client_ping"})", Courtesy::none, 0},
      {"named in passing", R"({"ID":9,"VALUE":"x","ARGS":["ping"]})", Courtesy::none, 0},
      {"without an ID", R"({"VALUE":"ping"})", Courtesy::none, 0},
      {"for another time", R"({"ID":9,"VALUE":"ping","TIME":"17:30"})", Courtesy::none, 0},
      {"of 2014", "{'VALUE': 'ping'}", Courtesy::none, 0},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto read = read_courtesy(row.payload);
    EXPECT_EQ(read.kind, row.kind);
    EXPECT_EQ(read.id, row.id);
  }
  for (const Courtesy kind : {Courtesy::ping, Courtesy::attend}) {
    const auto back = read_courtesy(write_courtesy({kind, request_id_max}));
    EXPECT_EQ(back.kind, kind);
    EXPECT_EQ(back.id, request_id_max);
  }
}

}  // namespace
}  // namespace mega
