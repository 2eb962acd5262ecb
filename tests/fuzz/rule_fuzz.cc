// parse_rule on any text, and an accepted rule on a call. An accepted rule survives a round trip.
#include "trust/rule.h"

#include <cstdint>
#include <cstdlib>

using namespace mega;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rule = parse_rule({reinterpret_cast<const char*>(data), size});
  if (!rule) {
    if (rule.error().code != Errc::invalid_argument || rule.error().message.empty()) std::abort();
    return 0;
  }
  const auto again = parse_rule(rule->text);
  if (!again || again->who != rule->who || again->may != rule->may ||
      again->functions != rule->functions || again->arguments != rule->arguments ||
      again->targets != rule->targets) {
    std::abort();
  }
  const Caller reader{.door = Door::tls, .role = Role::reader, .name = "graphs"};
  const Asked asked{
      .function = "remote_cmd", .arguments = {{"cmd", {"disk_free.sh"}}}, .targets = {"10.20.0.1"}};
  // A rule never grants what the role does not.
  if (decide({*rule}, reader, Permission::run, asked).allowed) std::abort();
  const Decision decision = decide({*rule}, reader, Permission::read, asked);
  if (decision.why.empty()) std::abort();
  return 0;
}
