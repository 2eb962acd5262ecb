#include "cmd/verdict.h"

#include "base/text.h"
#include "cmd/output.h"

namespace mega {

CallArguments explain_arguments(const std::string& function, const CallArguments& arguments,
                                const std::vector<std::string>& hosts) {
  CallArguments explained{.positional = {}, .named = {{"function", Value(function)}}};
  if (arguments != CallArguments{}) {
    explained.named.emplace_back(
        "args", Value(to_python(arguments, {.ascii = false, .hide_terminator = false})));
  }
  if (!hosts.empty()) {
    explained.named.emplace_back("type", Value(1));
    explained.named.emplace_back("target", Value(List(hosts.begin(), hosts.end())));
  }
  return explained;
}

Result<void> print_verdict(Asker& asker, const CallArguments& explained) {
  // As text: both dialects carry it.
  const Envelope request{.function = "explain", .args = Value(to_python(explained))};
  const auto answer = asker.ask(request);
  if (!answer) return fail(answer.error());
  const auto* map = answer->as<Map>();
  const Value* allowed = map ? map->find(std::string_view("allowed")) : nullptr;
  const Value* why = map ? map->find(std::string_view("why")) : nullptr;
  if (!allowed || !allowed->is<bool>() || !why || !why->is<std::string>()) {
    return fail(Errc::corrupt, "explain answered {} where a verdict was due", kind_name(*answer));
  }
  const std::string sentence = one_line(*why->as<std::string>());
  if (!*allowed->as<bool>()) return fail(Errc::not_allowed, "not allowed: {}", sentence);
  return write_output(fmt::format("allowed: {}\n", sentence));
}

}  // namespace mega
