#include "tasks/format/interpreter.h"

namespace mega {

std::string interpreter_of(const TaskOrder& order) {
  if (!order.interpreter.empty()) return order.interpreter;
  if (order.script.ends_with(".py")) return "python";
  if (order.script.ends_with(".sh")) return "bash";
  if (order.script.ends_with(".pl")) return "perl";
  return "cmd";
}

}  // namespace mega
