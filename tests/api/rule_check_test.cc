#include "api/rule_check.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(RuleCheck, TakesRulesThatCanFit) {
  for (const char* text :
       {"deploy may call remote_cmd with cmd=disk_free.sh",
        "reader may not call get_audit or search", "* may not call get_* with ip=10.0.0.1",
        "deploy may call mod_* on 10.20.* or db1", "deploy may call failover on 10.20.0.1",
        "agent may not call client_upgrade on fe80::1",
        "deploy may not call mod_server with server_stat=0",
        "deploy may not call mod_server with server_online=2026-11-25?00:00:00",
        "deploy may call mod_server with server_tags=env=prod",
        "deploy may call remote_cmd with args=x and cmd_type=bash"}) {
    const auto good = check_rule(parse_rule(text).value());
    EXPECT_TRUE(good) << good.error().message;
  }
}

TEST(RuleCheck, RefusesWhatCanNeverFitAndSaysWhatToWrite) {
  const struct {
    const char* text;
    const char* says;
  } cases[] = {
      {"reader may not call get_servr", "no function \"get_servr\", did you mean 'get_server'?"},
      {"deploy may call remote_task", "remote_task is remote_cmd to rules: write that"},
      {"reader may not call search or get_audt*", "no function fits \"get_audt*\""},
      {"reader may not call get_server with ipp=1", "no argument \"ipp\", did you mean 'ip'?"},
      {"reader may not call get_a* with where=1", "its functions have no argument"},
      {"deploy may not call mod_instance with instance_bussiness=1", "write instance_business=1"},
      {"reader may not call get_server with ip=010.0.0.1", "takes an IPv4 address"},
      {"reader may not call get_server with ip=FE80::1", "write ip=fe80::1"},
      {"reader may not call get_server with ip=::ffff:10.0.0.1", "write ip=10.0.0.1"},
      {"reader may not call get_instance with port=03306", "write port=3306"},
      {"reader may not call get_instance with port=70000", "1 to 65535"},
      {"deploy may not call mod_server with server_stat=true", "write server_stat=1"},
      {"reader may not call search on 10.*", "concerns no host"},
      {"deploy may call del_server on 010.0.0.1", "without leading zeros"},
      {"deploy may call del_server on 10.0", "write * for the rest"},
      {"deploy may call del_server on ::ffff:10.0.0.1", "compared as 10.0.0.1"},
      {"deploy may call del_server on FE80:0::1", "compared as fe80::1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto good = check_rule(parse_rule(c.text).value());
    ASSERT_FALSE(good);
    EXPECT_EQ(good.error().code, Errc::invalid_argument);
    EXPECT_NE(good.error().message.find(c.says), std::string::npos) << good.error().message;
    EXPECT_NE(good.error().message.find(c.text), std::string::npos) << good.error().message;
  }
}

}  // namespace
}  // namespace mega
