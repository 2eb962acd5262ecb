#include "api/agent_functions.h"

#include "base/text.h"

#include <utility>

namespace mega {

void AgentFunctions::add(const std::string& name, Function function) {
  functions_[name] = std::move(function);
}

void AgentFunctions::answer(const Envelope& request, StreamedAnswer answer) const {
  const auto found = functions_.find(request.function);
  if (found == functions_.end()) {
    return answer.end(fail(Errc::unknown_function, "a daemon has no function {}",
                           mega::quoted(request.function)));
  }
  if (request.args.is_none()) return found->second(Map(), std::move(answer));
  const auto* arguments = request.args.as<Map>();
  if (!arguments) {
    return answer.end(
        fail(Errc::invalid_argument, "the arguments of {} are no map", request.function));
  }
  found->second(*arguments, std::move(answer));
}

}  // namespace mega
