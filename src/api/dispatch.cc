#include "api/dispatch.h"

#include "api/admit.h"
#include "api/masked.h"
#include "base/log.h"
#include "base/text.h"

#include <exception>

namespace mega {
namespace {

constexpr Logger logger{"dispatch"};

constexpr std::size_t logged_arguments_bytes_max = 1000;

// What the log line of a call tells beside its result.
struct Trace {
  const Function* function = nullptr;
  std::string model;      // as a literal; empty when not given
  std::string arguments;  // of changes only
};

Author author_of(const Caller& caller, const Function& function, std::string arguments) {
  return {.who = caller.name.empty() ? caller.address : caller.name,
          .door = std::string(name_of(caller.door)),
          .peer = caller.peer,
          .function = std::string(function.name),
          .args = std::move(arguments)};
}

// Exceptions end here: libraries and the allocator may throw, functions themselves do not.
Result<Value> run_caught(const Function& function, Context& context, const Args& args) {
  try {
    return function.run(context, args);
  } catch (const std::exception& error) {
    return fail(Errc::internal, "{} broke off, which is a bug in mega: {}", function.name,
                error.what());
  } catch (...) {
    return fail(Errc::internal, "{} broke off, which is a bug in mega", function.name);
  }
}

void warn_of_ignored(const Function& function, const std::vector<std::string>& ignored) {
  for (const std::string& name : ignored) {
    logger.warn("call={} ignored its unknown argument {}", function.name, quoted(name));
  }
}

// Binds and runs a function that the caller may call.
Result<Value> call(const Api& api, const Caller& caller, const Envelope& envelope, Trace& trace) {
  const Function& function = *trace.function;
  auto given = call_arguments(envelope);
  if (!given) return fail(given.error());
  std::string arguments;
  if (function.changes) {
    arguments = masked_arguments(function, *given);
    trace.arguments = arguments.substr(0, logged_arguments_bytes_max);
  }

  // Only callers of 2014 may be wrong about names: their scripts work and shall go on working.
  const bool strict = caller.door != Door::legacy || envelope.id != 0;
  std::vector<std::string> ignored;
  const auto args = bind(function, std::move(*given), strict, &ignored);
  if (!args) return fail(args.error());
  warn_of_ignored(function, ignored);
  if (const Value* model = args->find("model"); model && !model->is_none()) {
    if (const auto* text = model->as<std::string>()) trace.model = quoted(*text);
  }
  if (auto own = admit_host(caller, function, *args); !own) return fail(own.error());

  Context context{.store = api.store, .clock = api.clock, .caller = caller, .report = api.report};
  if (function.changes) context.author = author_of(caller, function, std::move(arguments));
  return run_caught(function, context, *args);
}

Result<Value> admit_and_call(const Api& api, const Caller& caller, const Envelope& envelope,
                             Trace& trace) {
  if (envelope.type != 0) return fail(refuse_remote(caller, envelope));
  const auto function = admit(caller, envelope, api.legacy_functions, trace.function);
  if (!function) return fail(function.error());
  return call(api, caller, envelope, trace);
}

LogLevel level_of(const Result<Value>& result, const Function* function) {
  const bool changes = function && function->changes;
  if (result) return changes ? LogLevel::info : LogLevel::debug;
  switch (result.error().code) {
    case Errc::failed:
    case Errc::corrupt:
    case Errc::internal:
      return LogLevel::error;
    case Errc::not_found:  // an answer like any other to who only asks
      return changes ? LogLevel::warn : LogLevel::debug;
    default:
      return LogLevel::warn;
  }
}

void log_call(const Caller& caller, const Envelope& envelope, const Trace& trace,
              const Result<Value>& result, std::chrono::steady_clock::duration took) {
  const LogLevel level = level_of(result, trace.function);
  if (!Logger::enabled(level)) return;
  const std::chrono::duration<double, std::milli> took_ms = took;
  const std::string model = trace.model.empty() ? "" : " model=" + trace.model;
  const std::string arguments = trace.arguments.empty() ? "" : " args=" + trace.arguments;
  const std::string outcome =
      result ? "ok" : fmt::format("{}: {}", kind(result.error().code), result.error().message);
  logger.write(level, fmt::format("call={}{} door={} who={} peer={} ms={:.3f}{} result={}",
                                  trace.function ? std::string(trace.function->name)
                                                 : quoted(envelope.function),
                                  model, name_of(caller.door), quoted(caller.name),
                                  quoted(caller.peer), took_ms.count(), arguments, outcome));
}

// The reply to a payload that names no call; `id` is 0 when the payload does not tell it.
std::optional<std::string> refuse_payload(const Api& api, const Caller& caller, std::int64_t id,
                                          Dialect dialect, const Error& error) {
  logger.warn("door={} who={} peer={} result={}: {}", name_of(caller.door), quoted(caller.name),
              quoted(caller.peer), kind(error.code), error.message);
  if (api.failures) ++*api.failures;
  const Result<Value> result = fail(error);
  if (dialect == Dialect::legacy) return legacy_reply(result, Shape::value);
  return our_reply(id, result);
}

std::optional<std::string> python_reply(const Caller& caller, const Envelope& envelope,
                                        const Outcome& outcome, PythonStyle style) {
  bool hidden = false;
  auto reply = legacy_reply(outcome.result, outcome.shape, style, &hidden);
  if (hidden) {
    logger.warn(
        "call={} peer={}: the answer's text held EOF, which ends a legacy frame, and went "
        "out as E OF",
        quoted(envelope.function), quoted(caller.peer));
  }
  return reply;
}

}  // namespace

Outcome dispatch(const Api& api, const Caller& caller, const Envelope& envelope) {
  const auto start = api.clock.steady();
  Trace trace;
  auto result = admit_and_call(api, caller, envelope, trace);
  log_call(caller, envelope, trace, result, api.clock.steady() - start);
  if (!result) {
    api.refusals->note(api.store, api.clock, caller, envelope, result.error());
    if (api.failures) ++*api.failures;
  }
  return {std::move(result), trace.function ? trace.function->shape : Shape::value};
}

std::optional<std::string> answer(const Api& api, const Caller& caller, std::string_view payload) {
  const Dialect dialect = dialect_of(payload);
  std::int64_t id = 0;
  const auto envelope = parse_envelope(payload, &id);
  if (!envelope) return refuse_payload(api, caller, id, dialect, envelope.error());

  Outcome outcome = dispatch(api, caller, *envelope);
  if (dialect == Dialect::legacy) return python_reply(caller, *envelope, outcome, {});
  if (envelope->as == "python" && outcome.result) {
    auto text =
        python_reply(caller, *envelope, outcome, {.ascii = false, .hide_terminator = false});
    outcome.result = Value(std::move(text).value_or(""));
  }
  return our_reply(envelope->id, outcome.result);
}

}  // namespace mega
