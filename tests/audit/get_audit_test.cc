// get_audit, as its callers see it: what each argument leaves of the rows.
#include "tests/support/api_fixture.h"

namespace mega {
namespace {

class GetAudit : public ApiTest {
 protected:
  GetAudit() {
    value("add_server", "'10.0.0.1'");
    clock.advance(std::chrono::seconds(60));
    outcome(operator_caller(), "add_server", "'10.0.0.2',server_name='orders-1'");
    outcome(reader_caller(), "del_server", "ip='10.0.0.1'");
  }

  // The arguments of the calls that the listed rows are about.
  std::string listed(std::string_view args) {
    const Value found = value("get_audit", args);
    const auto* rows = found.as<Rows>();
    std::string texts;
    for (std::size_t i = 0; rows && i < rows->cells.size(); ++i) {
      if ((*rows->columns)[i % rows->columns->size()] != "args") continue;
      texts += *rows->cells[i].as<std::string>() + ";";
    }
    return texts;
  }
};

TEST_F(GetAudit, ListsTheRowsThatAllArgumentsFit) {
  const std::string first = "'10.0.0.1';";
  const std::string second = "'10.0.0.2',server_name='orders-1';";
  const std::string refused = "ip='10.0.0.1';";
  const std::string minute = format_local({clock.now().seconds - 30});
  const struct {
    std::string args, rows;
  } cases[] = {
      {"", refused + second + first},
      {"count=1", refused},
      {"count=0", refused + second + first},
      {fmt::format("since='{}'", minute), refused + second},
      {fmt::format("until='{}'", minute), first},
      {"who='deploy'", second},
      {"function='add_server'", second + first},
      {"refused=True", refused},
      {"door='unix'", first},
      {"peer='10.0.0.7'", second},
      {"result='done'", second + first},
      {"result='not_allowed'", refused},
      {"text='ORDERS'", second},
      {"who='deploy',function='del_server'", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.args);
    EXPECT_EQ(listed(c.args), c.rows);
  }
  EXPECT_EQ(outcome(operator_caller(), "get_audit").result.error().code, Errc::not_allowed);
}

}  // namespace
}  // namespace mega
