// The audit as its reader meets it: shown, checked and archived by the real binary.
#include "base/clock.h"
#include "base/data_folder.h"
#include "sql/sqlite.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <gmock/gmock.h>

#include <regex>
#include <thread>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int exit_findings = 9;

std::string head_of(const std::string& text) {
  std::smatch found;
  return std::regex_search(text, found, std::regex("\nhead ([0-9a-f]{64})\n")) ? found[1].str()
                                                                               : "(none)";
}

TEST(AuditCommand, ShowsChecksAndArchives) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  ASSERT_EQ(server.mega({"call", "add_instance", "ip=10.0.0.1", "port=3306"}).code, 0);
  ASSERT_EQ(server.mega({"call", "del_server", "ip=10.0.0.1"}).code, 5);
  const std::string legacy = "legacy:127.0.0.1:" + std::to_string(server.port());
  ASSERT_NE(server.mega({"call", "--server", legacy, "add_server", "ip=10.0.0.2"}).code, 0);

  const Finished all = server.mega({"server", "audit"});
  EXPECT_EQ(all.code, 0) << all.errors;
  EXPECT_THAT(all.output, AllOf(HasSubstr("add_instance"), HasSubstr("refused: server 10.0.0.1"),
                                HasSubstr("not_allowed: add_server")));
  const Finished some = server.mega({"server", "audit", "--refused", "--door", "legacy"});
  EXPECT_THAT(some.output, AllOf(HasSubstr("add_server"), Not(HasSubstr("del_server"))));

  const Finished check = server.mega({"server", "audit", "--verify"});
  EXPECT_EQ(check.code, 0) << check.errors;
  EXPECT_THAT(check.output, HasSubstr("4 rows hold, 1 to 4\n"));
  const std::string head = head_of(check.output);
  EXPECT_EQ(server.mega({"server", "audit", "--verify", "--head", head}).code, 0);

  // Rows of this second are not older than it.
  const Time next{system_clock().now().seconds + 1};
  while (system_clock().now() < next) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const std::string file = scratch / "old.jsonl";
  const Finished archived =
      server.mega({"server", "audit", "--archive", file, "--before", format_iso(next)});
  EXPECT_EQ(archived.code, 0) << archived.errors;
  EXPECT_EQ(head_of(archived.output), head);
  const Finished rest = server.mega({"server", "audit", "--verify"});
  EXPECT_THAT(rest.output, AllOf(HasSubstr("1 row holds, 5\n"), HasSubstr("previous " + head)));
  const Finished old = server.mega({"server", "audit", "--verify", "--file", file});
  EXPECT_EQ(old.code, 0) << old.errors;
  EXPECT_EQ(head_of(old.output), head);
  EXPECT_EQ(server.stop(), 0);
}

TEST(AuditCommand, NamesTheFirstBrokenRowAndExits9) {
  const Scratch scratch;
  {
    ServerProcess server(scratch / "data");
    for (const char* ip : {"ip=10.0.0.1", "ip=10.0.0.2", "ip=10.0.0.3"}) {
      ASSERT_EQ(server.mega({"call", "add_server", ip}).code, 0);
    }
    ASSERT_EQ(server.stop(), 0);
  }
  ASSERT_TRUE((*SqliteConnection::open(scratch / "data/mega.db", SqliteMode::read_write))
                  ->run_script("UPDATE audit SET who = 'nobody' WHERE id = 2"));
  ServerProcess server(scratch / "data");
  const Finished check = server.mega({"server", "audit", "--verify"});
  EXPECT_EQ(check.code, exit_findings);
  EXPECT_EQ(check.output, "");
  EXPECT_THAT(check.errors, HasSubstr("mega: the audit is broken at row 2: "));
  const Finished archive = server.mega(
      {"server", "audit", "--archive", scratch / "old", "--before", "2020-01-01 00:00"});
  EXPECT_THAT(archive.output, HasSubstr("nothing was archived"));
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace mega
