#include "audit/chain.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

AuditRow example() {
  return {.id = 1,
          .time = Time{1406787187},
          .who = "root",
          .door = "unix",
          .peer = "uid=0 pid=1",
          .function = "add_server",
          .args = "'10.0.0.1'",
          .before = std::nullopt,
          .after = "{}",
          .result = "done",
          .hash = ""};
}

TEST(AuditRowHash, IsTheSha256ThatTheHeaderSays) {
  // printf "1:110:14067871874:root4:unix11:uid=0 pid=110:add_server10:'10.0.0.1'0:3:={}4:done" |
  // sha256sum
  EXPECT_EQ(hash_of(example(), ""),
            "9dd86c9d078fe9697ce49a4f97fcc2c5917a76fa6b05527b6a05e62d63fb3806");
}

TEST(AuditRowHash, DependsOnEveryField) {
  const std::string hash = hash_of(example(), "");
  const struct {
    const char* name;
    void (*change)(AuditRow&);
  } cases[] = {
      {"id", [](AuditRow& row) { row.id = 2; }},
      {"time", [](AuditRow& row) { ++row.time.seconds; }},
      {"who", [](AuditRow& row) { row.who = "toor"; }},
      {"door", [](AuditRow& row) { row.door = "tls"; }},
      {"peer", [](AuditRow& row) { row.peer = ""; }},
      {"function", [](AuditRow& row) { row.function = "del_server"; }},
      {"args", [](AuditRow& row) { row.args += " "; }},
      {"before: empty is not none", [](AuditRow& row) { row.before = ""; }},
      {"after: none is not empty", [](AuditRow& row) { row.after = std::nullopt; }},
      {"result", [](AuditRow& row) { row.result = "refused: no"; }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    AuditRow row = example();
    c.change(row);
    EXPECT_NE(hash_of(row, ""), hash);
  }
  EXPECT_NE(hash_of(example(), hash), hash);
}

TEST(AuditRowLine, ComesBackAsItWas) {
  AuditRow row = example();
  row.hash = hash_of(row, "");
  EXPECT_EQ(audit_row_from(to_json_line(row)), row);
  row.args = "no UTF-8: \xff, a line\nand a \"quote\"";
  row.before = "";
  EXPECT_EQ(to_json_line(row).find('\n'), std::string::npos);
  EXPECT_EQ(audit_row_from(to_json_line(row)), row);
}

TEST(AuditRowLine, TakesNothingElse) {
  const std::string line = to_json_line(example());
  for (std::size_t bytes = 0; bytes < line.size(); ++bytes) {
    EXPECT_EQ(audit_row_from(line.substr(0, bytes)), std::nullopt) << bytes;
  }
  for (const char* text : {"[]", "7", "{\"id\":1}"}) EXPECT_EQ(audit_row_from(text), std::nullopt);
  std::string more = line;
  more.replace(more.size() - 1, 1, ",\"more\":1}");
  EXPECT_EQ(audit_row_from(more), std::nullopt);
  std::string other = line;
  other.replace(other.find("1"), 1, "\"1\"");
  EXPECT_EQ(audit_row_from(other), std::nullopt);
}

}  // namespace
}  // namespace mega
