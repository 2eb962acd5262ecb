#include "api/dispatch.h"

#include "api/admit.h"
#include "api/masked.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/parted_reply.h"

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
  std::vector<std::string> ignored;
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

// A call that may be made.
struct Ready {
  Args args;
  std::string arguments;  // masked, of changes only
  std::string why;        // it may
};

// All that stands between a request and its function's run().
Result<Ready> prepare(const Api& api, const Caller& caller, const Envelope& envelope,
                      Trace& trace) {
  if (envelope.type != 0) return fail(refuse_remote(caller, envelope, api.rules));
  const auto admitted = admit(caller, envelope, api.legacy_functions, trace.function);
  if (!admitted) return fail(admitted.error());
  const Function& function = **admitted;
  auto given = call_arguments(envelope);
  if (!given) return fail(given.error());
  std::string arguments;
  if (function.changes) {
    arguments = masked_arguments(function, *given);
    trace.arguments = arguments.substr(0, logged_arguments_bytes_max);
  }

  // Only callers of 2014 may be wrong about names: their scripts work and shall go on working.
  const bool strict = caller.door != Door::legacy || envelope.id != 0;
  auto args = bind(function, std::move(*given), strict, &trace.ignored);
  if (!args) return fail(args.error());
  if (const Value* model = args->find("model"); model && !model->is_none()) {
    if (const auto* text = model->as<std::string>()) trace.model = quoted(*text);
  }
  auto why = admit_call(api.store, caller, function, *args, api.rules);
  if (!why) return fail(why.error());
  return Ready{std::move(*args), std::move(arguments), std::move(*why)};
}

// A function that is to come says so before it complains of its arguments, but not to who may not
// call it.
bool comes_later(const Trace& trace, const Result<Ready>& ready) {
  return trace.function && !trace.function->run &&
         (ready || ready.error().code == Errc::invalid_argument);
}

Result<Value> prepare_and_run(const Api& api, const Caller& caller, const Envelope& envelope,
                              Trace& trace) {
  auto ready = prepare(api, caller, envelope, trace);
  if (comes_later(trace, ready)) {
    return fail(Errc::not_implemented, "{} comes with a later release", trace.function->name);
  }
  if (!ready) return fail(ready.error());
  const Function& function = *trace.function;
  warn_of_ignored(function, trace.ignored);
  Context context{.store = api.store,
                  .clock = api.clock,
                  .caller = caller,
                  .report = api.report,
                  .authority = api.authority,
                  .end_connections = api.end_connections,
                  .own_address = api.own_address,
                  .presence = api.presence,
                  .daemons = api.daemons,
                  .outbox = api.outbox,
                  .alerts = api.alerts,
                  .api = api};
  if (function.changes || !function.keeps.empty())
    context.author = author_of(caller, function, std::move(ready->arguments));
  return run_caught(function, context, ready->args);
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
  auto result = prepare_and_run(api, caller, envelope, trace);
  log_call(caller, envelope, trace, result, api.clock.steady() - start);
  if (!result) {
    api.refusals->note(api.store, api.clock, caller, envelope, result.error());
    if (api.failures) ++*api.failures;
  }
  return {std::move(result), trace.function ? trace.function->shape : Shape::value};
}

Result<Verdict> examine(const Api& api, const Caller& caller, const Envelope& envelope) {
  Trace trace;
  auto ready = prepare(api, caller, envelope, trace);
  if (ready) return Verdict{{true, std::move(ready->why)}, trace.function};
  if (ready.error().code != Errc::not_allowed) return fail(ready.error());
  return Verdict{{false, std::move(ready.error().message)}, trace.function};
}

std::optional<Reply> answer(const Api& api, const Caller& caller, std::string_view payload) {
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
  // In a legacy frame an answer goes whole: its peer takes one frame.
  if (caller.door == Door::legacy || !outcome.result || !PartedReply::is_for(*outcome.result)) {
    return our_reply(envelope->id, outcome.result);
  }
  const auto parts = std::make_shared<PartedReply>(envelope->id, std::move(*outcome.result));
  Reply reply(*parts->next());
  reply.rest = [parts] { return parts->next(); };
  return reply;
}

}  // namespace mega
