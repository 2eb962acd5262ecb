#include "tasks/funcs/task_ends.h"
#include "api/services.h"
#include "tasks/store/task_store.h"

#include "base/text.h"

namespace mega {
namespace {

const Service<TaskStore> task_store{"tasks"};

const std::string& bytes_in(const Value& value) {
  static const std::string none;
  if (const auto* text = value.as<std::string>()) return *text;
  const auto* bytes = value.as<Bytes>();
  return bytes ? bytes->data : none;
}

void read_cell(const std::string& column, const Value& cell, HostEnd& end) {
  const auto* number = cell.as<std::int64_t>();
  if (column == "host") end.host = bytes_in(cell);
  if (column == "state") end.state = parse_task_state(bytes_in(cell)).value_or(TaskState::lost);
  if (column == "reason") end.reason = bytes_in(cell);
  if (column == "output" || column == "errors") end.output += bytes_in(cell);
  if (column == "exit_code" && number) end.status = *number << 8;
  if (column == "signal" && number) end.status = *number;
}

}  // namespace

Result<std::vector<HostEnd>> ends_of(const Services& services, std::int64_t task) {
  const auto rows = services[task_store].task_targets(task);
  if (!rows) return fail(rows.error());
  std::vector<HostEnd> ends;
  const std::size_t width = rows->columns->size();
  for (std::size_t i = 0; i < rows->cells.size(); ++i) {
    if (i % width == 0) ends.emplace_back();
    read_cell((*rows->columns)[i % width], rows->cells[i], ends.back());
  }
  return ends;
}

Value output_of(const HostEnd& end, bool daemon_of_2014) {
  std::string output = end.output;
  if (!daemon_of_2014 && output.ends_with('\n')) output.pop_back();
  if (is_utf8(output)) return Value(std::move(output));
  return Value(Bytes{std::move(output)});
}

}  // namespace mega
