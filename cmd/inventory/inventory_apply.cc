#include "cmd/inventory/inventory_apply.h"

#include "base/text.h"
#include "cmd/inventory/inventory_server.h"

#include <fmt/core.h>

namespace mega {
namespace {

// Adding a database to an offline instance brings the instance online; the next round corrects
// that. More rounds mean that two records contradict each other.
constexpr int rounds_max = 3;

// The id that the server gave the instance at `place`.
Result<Value> id_of_instance(Asker& asker, const std::string& place) {
  const auto endpoint = parse_endpoint(place);
  if (!endpoint) return fail(endpoint.error());
  CallArguments arguments;
  arguments.named = {{"ip", endpoint->host}, {"port", endpoint->port}};
  const Envelope request{.function = "get_instance", .args = to_python(arguments)};
  const auto answer = asker.ask(request);
  if (!answer) return fail(answer.error());
  const auto* row = answer->as<Map>();
  const Value* id = row ? row->find(std::string_view("id")) : nullptr;
  if (!id) return fail(Errc::corrupt, "the server answered no id for instance {}", place);
  return *id;
}

Result<void> run_step(Asker& asker, const Step& step) {
  CallArguments arguments = step.arguments;
  if (!step.master.empty()) {
    auto id = id_of_instance(asker, step.master);
    if (!id) return fail(id.error());
    arguments.named.emplace_back("instance_master", std::move(*id));
  }
  const Envelope request{.function = step.function, .args = to_python(arguments)};
  const auto answer = asker.ask(request);
  if (!answer) return fail(answer.error());
  return {};
}

// The error of a failed step, with the number of differences done and the names of those begun.
Error stopped(const Plan& plan, const std::vector<std::size_t>& steps_done, const Step& step,
              const Error& error) {
  std::size_t done = 0;
  std::vector<std::string> begun;
  for (std::size_t i = 0; i < plan.differences.size(); ++i) {
    const Difference& difference = plan.differences[i];
    if (steps_done[i] == difference.steps) {
      ++done;
    } else if (steps_done[i] > 0) {
      begun.push_back(difference.text.substr(0, difference.text.find("  ")));
    }
  }
  const Difference& failed = plan.differences[step.difference];
  return {
      error.code,
      fmt::format("{}{}{}: {}: {}\nstopped there: of {} differences {} are done (the lines above)"
                  ", {} begun{}{}; apply again to go on",
                  failed.place, failed.place.empty() ? "" : ": ",
                  failed.text.substr(0, failed.text.find("  ")), step.function, error.message,
                  plan.differences.size(), done, begun.size(), begun.empty() ? "" : ": ",
                  join_text(begun, ", "))};
}

Result<void> run_plan(Asker& asker, const Plan& plan, const DifferencePrinter& print) {
  std::vector<std::size_t> steps_done(plan.differences.size());
  for (const Step& step : plan.steps) {
    if (const auto done = run_step(asker, step); !done) {
      return fail(stopped(plan, steps_done, step, done.error()));
    }
    const Difference& difference = plan.differences[step.difference];
    if (++steps_done[step.difference] < difference.steps) continue;
    if (const auto printed = print(difference); !printed) return printed;
  }
  return {};
}

}  // namespace

Result<Plan> plan_for_server(Asker& asker, const InventoryModel& wanted, bool remove) {
  const auto current = fetch_inventory(asker);
  if (!current) return fail(current.error());
  return plan_changes(wanted, *current, remove);
}

Result<void> apply_plan(Asker& asker, Plan plan, const InventoryModel& wanted, bool remove,
                        const DifferencePrinter& print) {
  for (int round = 0; !plan.differences.empty(); ++round) {
    if (round == rounds_max) {
      return fail(Errc::failed, "the server still differs after {} rounds: {}", rounds_max,
                  plan.differences.front().text);
    }
    if (const auto done = run_plan(asker, plan, print); !done) return done;
    auto rest = plan_for_server(asker, wanted, remove);
    if (!rest) return fail(rest.error());
    plan = std::move(*rest);
  }
  return {};
}

}  // namespace mega
