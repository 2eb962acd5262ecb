#include "tasks/format/run_answer.h"

#include "base/text.h"
#include "tasks/format/order.h"
#include "value/map_fields.h"

namespace mega {
namespace {

constexpr std::int64_t ms_max = 2LL * 366 * 24 * 3600 * 1000;

template <class Fields, class Standing>
void visit_standing(Fields& fields, Standing& standing) {
  fields("limit_ms", standing.limit_ms);
  fields("grace_ms", standing.grace_ms);
}

bool is_sane(std::int64_t ms) { return ms >= 0 && ms <= ms_max; }

}  // namespace

Value to_value(const TaskStanding& standing) {
  FieldWriter fields;
  visit_standing(fields, standing);
  return List{standing.state == TaskState::waiting ? "waiting" : "started", fields.take()};
}

std::optional<TaskStanding> standing_from(const Value& item) {
  const auto* pair = item.as<List>();
  const auto* word = pair && pair->size() == 2 ? (*pair)[0].as<std::string>() : nullptr;
  const auto* map = word ? (*pair)[1].as<Map>() : nullptr;
  if (!map || (*word != "waiting" && *word != "started")) return std::nullopt;
  TaskStanding standing{.state = *word == "waiting" ? TaskState::waiting : TaskState::running};
  FieldReader fields(*map, "where an order stands");
  visit_standing(fields, standing);
  if (!fields.result() || !is_sane(standing.limit_ms) || !is_sane(standing.grace_ms)) {
    return std::nullopt;
  }
  return standing;
}

Value output_item(bool is_error, std::string_view bytes) {
  return List{is_error ? "err" : "out",
              is_utf8(bytes) ? Value(bytes) : Value(Bytes{std::string(bytes)})};
}

std::optional<RunOutput> output_from(const Value& item) {
  const auto* pair = item.as<List>();
  const auto* stream = pair && pair->size() == 2 ? (*pair)[0].as<std::string>() : nullptr;
  if (!stream || (*stream != "out" && *stream != "err")) return std::nullopt;
  RunOutput output{.is_error = *stream == "err", .bytes = {}};
  if (const auto* text = (*pair)[1].as<std::string>()) output.bytes = *text;
  if (const auto* bytes = (*pair)[1].as<Bytes>()) output.bytes = bytes->data;
  return output;
}

Value end_item(const TaskOutcome& outcome) { return List{"end", to_value(outcome)}; }

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
