// What scripts of 2014 get from our server, exchange by exchange, and what its scripts on daemons of
// 2014 get: bytes that were measured with the programs of 2014.
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <gmock/gmock.h>
#include <signal.h>

namespace mega {
namespace {

using testing::HasSubstr;

const std::string peer_program = std::string(MEGA_SOURCE_DIR) + "/tests/support/legacy_peer.py";

class CallersOf2014 : public testing::Test {
 protected:
  CallersOf2014() {
    scratch_.write("args.sh", "printf '%s' \"$#\"; printf '[%s]' \"$@\"; printf '\\n\\n'\n");
    scratch_.write("gbk.sh", "printf '\\326\\320'\n");
    scratch_.write("cut.sh", "printf '\\344\\270\\255\\344\\270'\n");
    scratch_.write("fail.sh", "exit 3\n");
    const std::string ready = daemon_.read_line();
    const Finished added = server_.mega({"call", "add_server", "ip=127.0.0.1", "server_name=old1",
                                         "server_tags=daemon=legacy:" + ready.substr(6)});
    EXPECT_EQ(added.code, 0) << added.errors;
  }
  ~CallersOf2014() override {
    daemon_.signal(SIGKILL);
    daemon_.wait();
  }

  // The payload of the answer; empty when the server closes without a byte.
  std::string answer(const std::string& function, const std::string& args) const {
    std::string payload = run_child({"/usr/bin/python3", peer_program, "call", "127.0.0.1",
                                     std::to_string(server_.port()), function, args})
                              .output;
    if (payload.ends_with('\n')) payload.pop_back();
    return payload;
  }

  const Scratch scratch_;
  ServerProcess server_{scratch_ / "data", {"--legacy-role", "operator"}};
  Child daemon_{{"/usr/bin/python3", peer_program, "daemon", "0", scratch_.path()}};
};

TEST_F(CallersOf2014, GetTheAnswersOf2014) {
  const struct {
    const char* name;
    const char* function;
    std::string args;
    std::string answer;
  } cases[] = {
      {"a change of nothing", "mod_server", "'127.0.0.1'", "2"},
      {"a change", "mod_server", "'127.0.0.1',server_os='BSD'", "0"},
      {"a server that is not there", "mod_server", "'10.0.0.9',server_os='BSD'", "-1"},
      {"to delete it", "del_server", "'10.0.0.9'", "-1"},
      {"an instance that is not there", "mod_instance", "'127.0.0.1',3306,instance_role=2", "-1"},
      {"to delete it", "del_instance", "'127.0.0.1',3306", "-1"},
      {"a database that is not there", "mod_database", "'127.0.0.1',3306,'x',database_level=2",
       "-1"},
      {"to delete it", "del_database", "'127.0.0.1',3306,'x'", "-1"},
      {"to ask for it", "get_server", "ip='10.0.0.9'", "(None, None)"},
      {"an unknown function", "no_such_function", "", "False"},
      {"a name in GBK", "mod_server", R"('127.0.0.1',server_plant='\xd6\xd0')", "0"},
      {"the same, its bytes not escaped", "mod_server", "'127.0.0.1',server_plant='\xd6\xd0'", "0"},

      {"a script", "remote_cmd", "'127.0.0.1',3306,'args.sh','bash',None,'x'", R"((0, '1[x]\n'))"},
      {"a task", "remote_cmd", R"('127.0.0.1',3306,'args.sh','bash',9,"'17:24'")",
       R"((0, "1[9  '17:24']\n"))"},
      {"a dict", "remote_cmd", "'127.0.0.1',3306,'args.sh','bash',None,{'port': 3306L}",
       R"((0, "1[{'port': 3306}]\n"))"},
      {"an argument with quotes", "remote_cmd",
       R"('127.0.0.1',3306,'args.sh','bash',None,'"; id; echo "')", R"((0, '1["; id; echo "]\n'))"},
      {"an argument in GBK", "remote_cmd", R"('127.0.0.1',3306,'args.sh','bash',None,'\xd6\xd0')",
       R"((0, '1[\xd6\xd0]\n'))"},
      {"an output in GBK", "remote_cmd", "'127.0.0.1',3306,'gbk.sh','bash',None,'x'",
       R"((0, '\xd6\xd0'))"},
      {"an output cut inside a character", "remote_cmd",
       "'127.0.0.1',3306,'cut.sh','bash',None,'x'", R"((0, '\xe4\xb8\xad\xe4\xb8'))"},
      {"an exit code", "remote_cmd", "'127.0.0.1',3306,'fail.sh','bash'", "(768, '')"},
      {"no port", "remote_cmd", "'127.0.0.1',None,'fail.sh','bash'", "(768, '')"},
      {"port 0", "remote_cmd", "'127.0.0.1',0,'fail.sh','bash'", "(768, '')"},
      {"an empty port", "remote_cmd", "'127.0.0.1','','fail.sh','bash'", "(768, '')"},
      {"a host that is not there", "remote_cmd", "'10.0.0.9',3306,'fail.sh','bash'", "0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.function << ", " << c.name);
    EXPECT_EQ(answer(c.function, c.args), c.answer);
  }
}

TEST_F(CallersOf2014, KeepTheirBytesThroughStoreAndFiles) {
  EXPECT_EQ(answer("mod_server", R"('127.0.0.1',server_plant='\xd6\xd0')"), "0");
  EXPECT_THAT(answer("get_server", "ip='127.0.0.1'"), HasSubstr(R"('plant': '\xd6\xd0')"));
  const auto shown = [&](const char* form) {
    return server_.mega({"call", "-o", form, "get_server", "ip=127.0.0.1"}).output;
  };
  EXPECT_THAT(shown("json"), HasSubstr(R"("plant": {"base64": "1tA="})"));
  EXPECT_THAT(shown("yaml"), HasSubstr(R"(plant: !!binary "1tA=")"));
  EXPECT_THAT(shown("csv"), HasSubstr(",\xd6\xd0,"));
  EXPECT_THAT(shown("python"), HasSubstr(R"('plant': b'\xd6\xd0')"));
  EXPECT_THAT(shown("table"), HasSubstr(R"(\xd6\xd0)"));

  for (const char* file : {"inventory.csv", "inventory.json"}) {
    SCOPED_TRACE(file);
    const Finished written = server_.mega({"inventory", "export", scratch_ / file});
    ASSERT_EQ(written.code, 0) << written.errors;
    EXPECT_EQ(server_.mega({"call", "mod_server", "ip=127.0.0.1", "server_plant=x"}).code, 0);
    const Finished applied = server_.mega({"inventory", "apply", scratch_ / file});
    EXPECT_EQ(applied.code, 0) << applied.errors;
    EXPECT_THAT(answer("get_server", "ip='127.0.0.1'"), HasSubstr(R"('plant': '\xd6\xd0')"));
  }
}

TEST_F(CallersOf2014, StartNoScriptWhoseNameAShellWouldRead) {
  const Finished run = server_.mega({"run", "--on", "old1", "args.sh;id"});
  EXPECT_EQ(run.code, 3) << run.errors;
  EXPECT_THAT(run.output + run.errors, HasSubstr("to a shell"));
  EXPECT_THAT(server_.mega({"run", "--on", "old1", "args.sh", "\"; id; echo \""}).output,
              HasSubstr("1[\"; id; echo \"]"));
}

}  // namespace
}  // namespace mega
