#include "cmd/call_words.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

CallArguments named(std::vector<std::pair<std::string, Value>> values) {
  return {.positional = {}, .named = std::move(values)};
}

TEST(CallWords, GiveAValueTheTypeOfItsParameter) {
  const struct {
    const char* name;
    const char* function;
    std::vector<std::string> words;
    CallArguments want;
  } cases[] = {
      {"none", "get_server", {}, {}},
      {"text", "get_server", {"ip=10.0.0.1"}, named({{"ip", "10.0.0.1"}})},
      {"a port",
       "get_instance",
       {"ip=10.0.0.1", "port=3306"},
       named({{"ip", "10.0.0.1"}, {"port", 3306}})},
      {"text that looks like a number",
       "mod_instance",
       {"instance_version=10.10"},
       named({{"instance_version", "10.10"}})},
      {"text of digits", "mod_server", {"server_name=007"}, named({{"server_name", "007"}})},
      {"text that looks like None", "get_all_server", {"model=None"}, named({{"model", "None"}})},
      {"None for a number", "get_all_instance", {"role=None"}, named({{"role", Value()}})},
      {"nothing for a number", "get_all_instance", {"role="}, named({{"role", Value()}})},
      {"empty text", "mod_server", {"server_os="}, named({{"server_os", ""}})},
      {"an equals sign in the value",
       "mod_server",
       {"server_name=a=b"},
       named({{"server_name", "a=b"}})},
      {"an older spelling",
       "add_instance",
       {"instance_bussiness=2"},
       named({{"instance_bussiness", 2}})},
      {"what is no number goes as it is", "get_all_instance", {"stat=on"}, named({{"stat", "on"}})},
      {"tags",
       "mod_server",
       {"ip=::1", "server_tags=env=prod,tier=1"},
       named({{"ip", "::1"}, {"server_tags", "env=prod,tier=1"}})},
      {"a comma among words",
       "mod_server",
       {"ip=10.0.0.1", "server_plant=row 3, rack 4"},
       named({{"ip", "10.0.0.1"}, {"server_plant", "row 3, rack 4"}})},
      {"a comma at the end of a word",
       "add_server",
       {"ip=10.0.0.5", "server_plant=Rack 5,", "server_os=Linux"},
       named({{"ip", "10.0.0.5"}, {"server_plant", "Rack 5,"}, {"server_os", "Linux"}})},
      {"a comma at the end of all words",
       "add_server",
       {"server_plant=Rack 5,", "server_name=,", "server_os=Linux,"},
       named({{"server_plant", "Rack 5,"}, {"server_name", ","}, {"server_os", "Linux,"}})},
      {"a comma at the end of the only word",
       "mod_server",
       {"server_plant=Rack 5,"},
       named({{"server_plant", "Rack 5,"}})},
      {"a function of others",
       "do_it",
       {"a=1", "b=x", "c=None", "d=01", "e=True"},
       named({{"a", 1}, {"b", "x"}, {"c", Value()}, {"d", "01"}, {"e", true}})},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto got = arguments_from_words(find_function(c.function), c.words);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, c.want) << to_python(*got);
  }
}

TEST(CallWords, AreTheSeedsFormWhenOneArgumentHoldsACommaOrAQuote) {
  const struct {
    const char* name;
    std::vector<std::string> words;
    CallArguments want;
  } cases[] = {
      {"the call of the seed",
       {"model='backup',stat=1,role=1"},
       named({{"model", "backup"}, {"stat", 1}, {"role", 1}})},
      {"a quote is enough", {"version='10.10'"}, named({{"version", "10.10"}})},
      {"positional values",
       {"'127.0.0.1',version='mega-client 0.1'"},
       {.positional = {"127.0.0.1"}, .named = {{"version", "mega-client 0.1"}}}},
      {"a list", {"['127.0.0.1']"}, {.positional = {List{"127.0.0.1"}}, .named = {}}},
      {"a number", {"3306"}, {.positional = {3306}, .named = {}}},
      {"zero is nothing", {"0"}, {}},
      {"cut by the shell behind a comma", {"stat=1,", "role=2"}, named({{"stat", 1}, {"role", 2}})},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto got = arguments_from_words(find_function("get_all_instance"), c.words);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, c.want) << to_python(*got);
  }
}

TEST(CallWords, SayWhatIsWrong) {
  const struct {
    const char* name;
    std::vector<std::string> words;
    const char* message;  // a part of it
  } cases[] = {
      {"a bare word", {"ten"}, "write text in quotes: 'ten'"},
      {"a bare word among words", {"10.0.0.1", "stat=1"}, "\"10.0.0.1\" is not NAME=VALUE"},
      {"a name twice", {"stat=1", "stat=2"}, "argument stat is given twice"},
      {"no literal", {"stat=1,role=two()"}, "\n"},
      {"a comparison", {"stat==1", "role=1"}, "\"stat==1\" is not NAME=VALUE"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto got = arguments_from_words(find_function("get_all_instance"), c.words);
    ASSERT_FALSE(got) << to_python(*got);
    EXPECT_EQ(got.error().code, Errc::invalid_argument);
    EXPECT_NE(got.error().message.find(c.message), std::string::npos) << got.error().message;
  }
}

TEST(CallWords, TellHowABareWordIsWritten) {
  const auto got =
      arguments_from_words(find_function("get_server"), std::vector<std::string>{"10.0.0.1"});
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().message.ends_with("\nwrite ip=10.0.0.1")) << got.error().message;
}

TEST(CallWords, ShowAMistakeWithACaretUnderIt) {
  const auto got = arguments_from_words(nullptr, std::vector<std::string>{"stat=1,role=two()"});
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message.find('^'), std::string::npos) << got.error().message;
}

TEST(CallWords, ComeFromATextToo) {
  const struct {
    const char* name;
    const char* text;
    CallArguments want;
  } cases[] = {
      {"blank", " \n", {}},
      {"words", "ip=10.0.0.1  server_os=Debian",
       named({{"ip", "10.0.0.1"}, {"server_os", "Debian"}})},
      {"words on lines", "ip=10.0.0.1\nserver_type=2\n",
       named({{"ip", "10.0.0.1"}, {"server_type", 2}})},
      {"tags among words", "ip=10.0.0.1 server_tags=a=1,b=2",
       named({{"ip", "10.0.0.1"}, {"server_tags", "a=1,b=2"}})},
      {"quotes make it the seed's form", "ip='10.0.0.1', server_name='db one'",
       named({{"ip", "10.0.0.1"}, {"server_name", "db one"}})},
      {"a single piece with a comma", "server_type=1,server_owner=2",
       named({{"server_type", 1}, {"server_owner", 2}})},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto got = arguments_from_text(find_function("add_server"), c.text);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, c.want) << to_python(*got);
  }
}

TEST(CallWords, CarryBytesThatAreNoTextAsBytes) {
  const auto got = arguments_from_words(find_function("mod_server"),
                                        std::vector<std::string>{"server_os=\xff\xfe"});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->named[0].second, Value(Bytes{"\xff\xfe"}));
}

}  // namespace
}  // namespace mega
