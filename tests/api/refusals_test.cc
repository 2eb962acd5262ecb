#include "api/refusals.h"

#include "api/describe.h"
#include "base/log.h"
#include "sql/sqlite.h"
#include "tests/api/every_function_fixture.h"
#include "tests/support/scratch.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

class AuditedRefusals : public EveryFunctionTest {
 protected:
  // Thousands of lines on standard error help nobody.
  AuditedRefusals() {
    EXPECT_TRUE(open_log(LogTarget{.file = folder / "log", .level = LogLevel::error}));
  }
  ~AuditedRefusals() override { EXPECT_TRUE(open_log(LogTarget{})); }

  std::size_t rows(const AuditFilter& filter = {}) { return store->audit.audit(filter)->size(); }

  Scratch folder;
};

// Whatever is registered: who has not the permission is refused, and that is in the audit.
TEST_F(AuditedRefusals, EveryFunctionLeavesARowWhenItIsNotAllowed) {
  Caller nobody = reader_caller();
  nobody.role = Role::none;
  std::size_t refused = 0;
  for (const Function* function : all_functions()) {
    for (const Caller& caller :
         {nobody, reader_caller(), agent_caller(), legacy_caller(Role::none)}) {
      SCOPED_TRACE(testing::Message() << function->name << " as " << name_of(caller.role));
      const auto result = dispatch(api, caller,
                                   {.id = caller.door == Door::legacy ? 0 : 1,
                                    .function = std::string(function->name),
                                    .tool = true})
                              .result;
      if (result || result.error().code != Errc::not_allowed) continue;
      ++refused;
      const Value newest = value("get_audit", "count=1");
      EXPECT_EQ(cell(newest, "function"), Value(function->name));
      EXPECT_EQ(cell(newest, "peer"), Value(caller.peer));
      EXPECT_THAT(to_python(cell(newest, "result")), HasSubstr("not_allowed: "));
    }
  }
  EXPECT_GT(refused, all_functions().size());
  EXPECT_EQ(rows({.refused = true}), refused);
  EXPECT_EQ(store->audit.verify_audit()->broken, std::nullopt);
}

TEST_F(AuditedRefusals, OnlyRefusalsLeaveARow) {
  value("add_instance", "'10.0.0.1',3306");
  const std::size_t before = rows();
  error("get_elephant");
  error("add_server", "'nowhere'");
  error("get_server", "ip=(");
  error("del_server", "'10.9.9.9'");
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(error("del_server", "'10.0.0.1'").code, Errc::refused);
  EXPECT_EQ(rows({.result = "refused"}), 1u);
}

TEST_F(AuditedRefusals, MaskSecretsAndCutWhatIsLong) {
  outcome(reader_caller(), "add_server", "'10.0.0.1',server_password='x'");
  EXPECT_EQ(cell(value("get_audit"), "args"), Value("'10.0.0.1',server_password='***'"));
  outcome(reader_caller(), "add_server", "'" + std::string(5000, 'y') + "'");
  EXPECT_LT(to_python(cell(value("get_audit"), "args")).size(), 600u);
  outcome(reader_caller(), "add_server", "ip=(");
  EXPECT_EQ(cell(value("get_audit"), "args"), Value("")) << "what cannot be read";
}

TEST_F(AuditedRefusals, RemoteTasksCountToo) {
  const Envelope task{.id = 1,
                      .function = "a.sh",
                      .args = Map{{"disk", "/data"}, {"token", "x"}},
                      .type = 1,
                      .target = "10.0.0.1"};
  ASSERT_FALSE(dispatch(api, reader_caller(), task).result);
  const Value newest = value("get_audit");
  EXPECT_EQ(cell(newest, "function"), Value("remote_task"));
  EXPECT_EQ(cell(newest, "args"),
            Value("cmd='a.sh',hosts='10.0.0.1',args={'disk': '/data', 'token': '***'}"));
}

TEST_F(AuditedRefusals, AFloodIsBoundedAndCounted) {
  const auto refuse = [&] { outcome(reader_caller(), "add_server", "'10.0.0.1'"); };
  for (int i = 0; i < refusals_burst + 17; ++i) refuse();
  EXPECT_EQ(rows(), static_cast<std::size_t>(refusals_burst));
  clock.advance(refusals_period);
  refuse();
  EXPECT_EQ(rows(), static_cast<std::size_t>(refusals_burst) + 1);
  EXPECT_THAT(to_python(cell(value("get_audit"), "result")),
              HasSubstr("; 17 refusals before it are not in the audit"));
  refuse();
  EXPECT_EQ(rows(), static_cast<std::size_t>(refusals_burst) + 1) << "one each period";
  clock.advance(2 * refusals_period);
  refuse();
  refuse();
  EXPECT_EQ(rows(), static_cast<std::size_t>(refusals_burst) + 3);
  EXPECT_EQ(rows({.text = "1 refusals before it"}), 1u);
}

TEST_F(AuditedRefusals, TheAnswerIsTheSameWhenTheAuditCannotBeWritten) {
  const auto broken = Store::open({.folder = folder.path()}, clock).value();
  const Api damaged{.clock = clock,
                    .refusals = std::make_shared<Refusals>(
                        [&](const Author& author, const Error& why, std::int64_t held_back) {
                          return broken->audit.add_refusal(author, why, held_back);
                        })};
  ASSERT_TRUE((*SqliteConnection::open(folder / "mega.db", SqliteMode::read_write))
                  ->run_script("DROP TABLE audit"));
  const auto result =
      dispatch(damaged, reader_caller(), {.id = 1, .function = "add_server"}).result;
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::not_allowed);
  EXPECT_THAT(folder.read("log"), HasSubstr("ERROR a refusal is not in the audit: "));
}

}  // namespace
}  // namespace mega
