#include "tasks/format/run_answer.h"

#include "tasks/format/order.h"

namespace mega {

const Map* outcome_in(const Value& answer) {
  if (const auto* map = answer.as<Map>()) return map;
  const auto* items = answer.as<List>();
  if (!items || items->empty()) return nullptr;
  const auto* last = items->back().as<List>();
  return last && last->size() == 2 ? (*last)[1].as<Map>() : nullptr;
}

bool goes_on(const Map& outcome) {
  const Value* state = outcome.find(std::string_view("state"));
  const auto* name = state ? state->as<std::string>() : nullptr;
  const auto parsed = name ? parse_task_state(*name) : Result<TaskState>(TaskState::lost);
  return parsed && !is_final(*parsed);
}

}  // namespace mega
