#include "api/dispatch.h"

#include "api/admission.h"
#include "api/answer_parts.h"
#include "api/held_answers.h"
#include "api/hooks.h"
#include "api/masked.h"
#include "api/write_shares.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/parted_reply.h"

#include <algorithm>
#include <exception>
#include <future>

namespace mega {
namespace {

constexpr Logger logger{"dispatch"};

// Whether the envelope names a function of the server.
bool is_call(const Envelope& envelope) { return envelope.type == 0; }

constexpr std::size_t logged_arguments_bytes_max = 1000;
constexpr std::size_t audited_arguments_bytes_max = 4096;
// Of a caller that has a share of what is written.
constexpr std::size_t shared_arguments_bytes_max = 500;

using Later = std::function<void(Answered)>;

// The parts of a call's log line other than its result.
struct Trace {
  const Function* function = nullptr;
  std::string model;      // quoted; empty when not given
  std::string arguments;  // only for changes and schedules
  std::vector<std::string> ignored;
  std::chrono::milliseconds hold{0};  // of the answer
};

// Catches exceptions of libraries and the allocator; functions themselves do not throw.
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
  constexpr std::size_t named_max = 10;
  for (std::size_t i = 0; i < std::min(ignored.size(), named_max); ++i) {
    logger.warn("call={} ignored its unknown argument {}", function.name, quoted(ignored[i]));
  }
  if (ignored.size() <= named_max) return;
  logger.warn("call={} ignored {} more unknown arguments", function.name,
              ignored.size() - named_max);
}

// A call that has passed all checks.
struct Ready {
  Args args;
  std::string arguments;  // masked; only for changes and schedules
  std::string why;        // why the call is allowed
};

// All steps between a request and its function's run().
Result<Ready> prepare(const Api& api, const Caller& caller, const Envelope& envelope,
                      Trace& trace) {
  const auto admitted = admit(caller, envelope, api.legacy_functions, trace.function);
  if (!admitted) return fail(admitted.error());
  const Function& function = **admitted;
  auto given = call_arguments(envelope);
  if (!given) return fail(given.error());
  std::string arguments;
  if (function.changes || !envelope.time.empty()) {
    const bool shared = takes_share(caller, function, envelope);
    arguments = masked_arguments(function, *given,
                                 shared ? shared_arguments_bytes_max : audited_arguments_bytes_max);
    trace.arguments = arguments.substr(0, logged_arguments_bytes_max);
  }

  // Only callers of 2014 may pass unknown names: their existing scripts must continue to work.
  const bool strict = caller.door != Door::legacy || envelope.id != 0;
  auto args = bind(function, std::move(*given), strict, &trace.ignored);
  if (!args) return fail(args.error());
  if (const Value* model = args->find("model"); model && !model->is_none()) {
    if (const auto* text = model->as<std::string>()) trace.model = quoted(*text);
  }
  auto why = function.find_hosts ? admit_hosts(api, caller, function, *args)
                                 : admit_call(api, caller, function, *args);
  if (!why) return fail(why.error());
  return Ready{std::move(*args), std::move(arguments), std::move(*why)};
}

// Whether to answer not_implemented: takes precedence over bad arguments, not over a refusal.
bool comes_later(const Trace& trace, const Result<Ready>& ready) {
  return trace.function && !trace.function->run &&
         (ready || ready.error().code == Errc::invalid_argument);
}

Result<Value> run_ready(const Api& api, const Caller& caller, const Function& function, Ready ready,
                        const RowParts* parts, Later& later) {
  Context context{
      .api = api, .clock = api.clock, .services = api.services, .caller = caller, .parts = parts};
  if (function.changes || !function.keeps.empty()) {
    context.author = author_of(caller, function.name, std::move(ready.arguments));
  }
  auto result = run_caught(function, context, ready.args);
  if (result) later = std::move(context.later);
  return result;
}

// Counts a call that is about to write against its caller's share.
Result<void> take_share(const Api& api, const Caller& caller, const Envelope& envelope,
                        Trace& trace) {
  if (!api.shares || !takes_share(caller, *trace.function, envelope)) return {};
  const auto hold = api.shares->take(share_of(caller), api.clock.steady());
  if (!hold) return fail(hold.error());
  trace.hold = *hold;
  return {};
}

Result<Value> prepare_and_run(const Api& api, const Caller& caller, const Envelope& envelope,
                              const RowParts* parts, Trace& trace, Later& later) {
  auto ready = prepare(api, caller, envelope, trace);
  if (comes_later(trace, ready)) {
    return fail(Errc::not_implemented, "{} comes with a later release", trace.function->name);
  }
  if (!ready) return fail(ready.error());
  if (auto taken = take_share(api, caller, envelope, trace); !taken) return fail(taken.error());
  const Function& function = *trace.function;
  warn_of_ignored(function, trace.ignored);
  if (const auto* hook = hook_for<CallHook>(envelope)) {
    return hook->keep(api, caller, function, envelope, ready->args, ready->arguments);
  }
  if (!envelope.time.empty()) return fail(Errc::bad_envelope, "this server keeps no schedules");
  return run_ready(api, caller, function, *std::move(ready), parts, later);
}

LogLevel level_of(const Result<Value>& result, const Envelope& envelope, const Function* function) {
  const bool changes = (function && function->changes) || !envelope.time.empty();
  if (result) return changes ? LogLevel::info : LogLevel::debug;
  switch (result.error().code) {
    case Errc::failed:
    case Errc::corrupt:
    case Errc::internal:
      return LogLevel::error;
    case Errc::not_found:  // a normal answer to a read
      return changes ? LogLevel::warn : LogLevel::debug;
    default:
      return LogLevel::warn;
  }
}

void log_call(const Caller& caller, const Envelope& envelope, const Trace& trace,
              const Result<Value>& result, std::chrono::steady_clock::duration took) {
  const LogLevel level = level_of(result, envelope, trace.function);
  if (!Logger::enabled(level)) return;
  const std::chrono::duration<double, std::milli> took_ms = took;
  const std::string model = trace.model.empty() ? "" : " model=" + trace.model;
  const std::string arguments = trace.arguments.empty() ? "" : " args=" + trace.arguments;
  const std::string time = envelope.time.empty() ? "" : " time=" + quoted(envelope.time);
  const std::string outcome =
      result ? "ok" : fmt::format("{}: {}", kind(result.error().code), result.error().message);
  logger.write(level, fmt::format("call={}{} door={} who={} peer={} ms={:.3f}{}{} result={}",
                                  trace.function ? std::string(trace.function->name)
                                                 : quoted(envelope.function),
                                  model, name_of(caller.door), quoted(caller.name),
                                  quoted(caller.peer), took_ms.count(), time, arguments, outcome));
}

// The reply to a payload that is not a call; `id` is 0 when the payload has none.
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

Outcome end_call(const Api& api, const Caller& caller, const Envelope& envelope, const Trace& trace,
                 std::chrono::steady_clock::time_point start, Result<Value> result) {
  log_call(caller, envelope, trace, result, api.clock.steady() - start);
  if (!result) {
    if (api.refusals) api.refusals->note(api.clock, caller, envelope, result.error());
    if (api.failures) ++*api.failures;
  }
  // A schedule answers with its id, whatever the function's shape.
  const bool shaped = trace.function && envelope.time.empty();
  return {std::move(result), shaped ? trace.function->shape : Shape::value};
}

// A call that was started: it has ended, or its outcome comes later.
struct Begun {
  std::optional<Outcome> outcome;
  std::function<void(std::function<void(Outcome)>)> later{};
};

// The envelope without its arguments, which may be large: for a call that is answered later.
Envelope head_of(const Envelope& envelope) {
  return {.id = envelope.id,
          .function = envelope.function,
          .type = envelope.type,
          .time = envelope.time,
          .tool = envelope.tool,
          .as = envelope.as};
}

// An outcome that its caller gets later.
Begun held(const Api& api, std::chrono::milliseconds hold, Outcome outcome) {
  auto begun = [answers = api.held_answers, hold, outcome](std::function<void(Outcome)> take) {
    answers->hold(hold, [take, outcome] { take(outcome); });
  };
  return {std::nullopt, std::move(begun)};
}

Begun begin_call(const Api& api, const Caller& caller, const Envelope& envelope,
                 const RowParts* parts) {
  const auto start = api.clock.steady();
  Trace trace;
  Later later;
  auto result = prepare_and_run(api, caller, envelope, parts, trace, later);
  if (!later) {
    Outcome outcome = end_call(api, caller, envelope, trace, start, std::move(result));
    if (trace.hold.count() == 0 || !api.held_answers) return {std::move(outcome)};
    return held(api, trace.hold, std::move(outcome));
  }
  auto begun = [&api, caller, head = head_of(envelope), trace, start,
                later](std::function<void(Outcome)> take) {
    later([&api, caller, head, trace, start, take](Result<Value> late) {
      take(end_call(api, caller, head, trace, start, std::move(late)));
    });
  };
  return {std::nullopt, std::move(begun)};
}

// The call that an envelope with a TYPE means: the result of a hook. Checks the permission first,
// so that a caller without it causes no work with the arguments. Sets `function` as admit() does.
Result<Envelope> call_of(const Api& api, const Caller& caller, const Envelope& envelope,
                         const Function*& function) {
  const auto* hook = hook_for<EnvelopeHook>(envelope);
  if (!hook) {
    return fail(Errc::bad_envelope, "TYPE takes 0 (a function of the server), not {}",
                envelope.type);
  }
  const Envelope head{.function = std::string(hook->function), .tool = envelope.tool};
  const auto may = admit(caller, head, api.legacy_functions, function);
  if (!may) return fail(may.error());
  return hook->call_of(envelope);
}

Begun begin(const Api& api, const Caller& caller, const Envelope& envelope, const RowParts* parts) {
  if (is_call(envelope)) return begin_call(api, caller, envelope, parts);
  Trace trace;
  const auto call = call_of(api, caller, envelope, trace.function);
  if (call) return begin_call(api, caller, *call, parts);
  return {end_call(api, caller, envelope, trace, api.clock.steady(), fail(call.error()))};
}

// The reply to a call that has ended, in the payload's own dialect.
std::optional<Reply> reply_to(const Caller& caller, const Envelope& envelope, Dialect dialect,
                              Outcome outcome) {
  if (dialect == Dialect::legacy) return python_reply(caller, envelope, outcome, {});
  if (envelope.as == "python" && outcome.result) {
    auto text = python_reply(caller, envelope, outcome, {.ascii = false, .hide_terminator = false});
    outcome.result = Value(std::move(text).value_or(""));
  }
  // A legacy frame carries a whole answer, because its peer reads one frame.
  if (caller.door == Door::legacy || !outcome.result || !PartedReply::is_for(*outcome.result)) {
    return our_reply(envelope.id, outcome.result);
  }
  const auto parts = std::make_shared<PartedReply>(envelope.id, std::move(*outcome.result));
  Reply reply(*parts->next());
  reply.rest = [parts] { return parts->next(); };
  return reply;
}

}  // namespace

Author author_of(const Caller& caller, std::string_view function, std::string arguments) {
  return {.who = caller.name.empty() ? caller.address : caller.name,
          .door = std::string(name_of(caller.door)),
          .peer = caller.peer,
          .function = std::string(function),
          .args = std::move(arguments)};
}

Outcome dispatch(const Api& api, const Caller& caller, const Envelope& envelope,
                 const RowParts* parts) {
  Begun begun = begin(api, caller, envelope, parts);
  if (begun.outcome) return *std::move(begun.outcome);
  std::promise<Outcome> promise;
  begun.later([&](Outcome outcome) { promise.set_value(std::move(outcome)); });
  return promise.get_future().get();
}

std::optional<Outcome> dispatch_or_later(const Api& api, const Caller& caller,
                                         const Envelope& envelope,
                                         std::function<void(Outcome)> take) {
  Begun begun = begin(api, caller, envelope, nullptr);
  if (!begun.outcome) begun.later(std::move(take));
  return std::move(begun.outcome);
}

Result<Verdict> examine(const Api& api, const Caller& caller, const Envelope& envelope) {
  if (!is_call(envelope)) {
    const Function* function = nullptr;
    const auto call = call_of(api, caller, envelope, function);
    if (call) return examine(api, caller, *call);
    if (call.error().code != Errc::not_allowed) return fail(call.error());
    return Verdict{{false, call.error().message}, function};
  }
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

  // A legacy frame carries a whole answer, because its peer reads one frame; a single literal is
  // whole too.
  const bool whole =
      dialect == Dialect::legacy || caller.door == Door::legacy || !envelope->as.empty();
  AnswerParts parts(envelope->id, api.spool_folder);
  Begun begun = begin(api, caller, *envelope, whole ? nullptr : &parts.rows());
  if (begun.outcome && begun.outcome->result && !parts.empty()) {
    return parts.reply(*begun.outcome->result);
  }
  if (begun.outcome) return reply_to(caller, *envelope, dialect, *std::move(begun.outcome));
  Reply reply("");
  reply.later = [caller, head = head_of(*envelope), dialect,
                 later = std::move(begun.later)](const TakeReply& take) {
    later([caller, head, dialect, take](Outcome outcome) {
      take(reply_to(caller, head, dialect, std::move(outcome)));
    });
  };
  return reply;
}

std::optional<Reply> answer_at_once(const Api& api, const Caller& caller,
                                    std::string_view payload) {
  const auto envelope = parse_envelope(payload);
  if (!envelope || envelope->type != 0 || !envelope->time.empty()) return std::nullopt;
  const Function* named = find_function(envelope->function);
  if (!named || !named->quick) return std::nullopt;

  const auto start = api.clock.steady();
  Trace trace;
  auto ready = prepare(api, caller, *envelope, trace);
  if (!ready || !trace.ignored.empty()) return std::nullopt;
  Later later;
  auto result = run_ready(api, caller, *named, *std::move(ready), nullptr, later);
  if (!result) return std::nullopt;
  return reply_to(caller, *envelope, dialect_of(payload),
                  end_call(api, caller, *envelope, trace, start, std::move(result)));
}

}  // namespace mega
