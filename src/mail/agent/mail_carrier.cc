#include "mail/agent/mail_carrier.h"

#include "base/log.h"
#include "net/coroutines.h"
#include "value/map_fields.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace mega {
namespace {

using std::chrono::seconds;

constexpr Logger logger{"mail"};

constexpr seconds look_pause{15};  // between two checks for due mail
constexpr std::int64_t pause_s = 30, pause_max_s = 3600;

std::int64_t pause_after(int tries) {
  return std::min(pause_s << std::min(tries, 10), pause_max_s);
}

Result<std::int64_t> number_in(const Map& arguments) {
  std::int64_t number = 0;
  FieldReader fields(arguments, "the request");
  fields("id", number);
  if (auto read = fields.result(); !read) return fail(read.error());
  if (number < 1) return fail(Errc::invalid_argument, "id is missing");
  return number;
}

}  // namespace

MailCarrier::MailCarrier(asio::io_context& io, Workers& workers, const Clock& clock,
                         MailSpool& spool, Ask ask)
    : io_(io), workers_(workers), clock_(clock), spool_(spool), ask_(std::move(ask)), pause_(io) {}

// --- agent functions ---

void MailCarrier::add_to(AgentFunctions& functions) {
  functions.add("take_mail", [this](const Map& arguments, StreamedAnswer answer) {
    const Value* mail = arguments.find(std::string_view("mail"));
    const auto* map = mail ? mail->as<Map>() : nullptr;
    if (!map) return answer.end(fail(Errc::invalid_argument, "mail is no map"));
    spawn(io_.get_executor(), keep(*map, std::move(answer)), "mail");
  });
  functions.add("drop_mail", [this](const Map& arguments, StreamedAnswer answer) {
    const auto number = number_in(arguments);
    if (!number) return answer.end(fail(number.error()));
    spawn(io_.get_executor(), drop(*number, std::move(answer)), "mail");
  });
  functions.add("retry_mail", [this](const Map& arguments, const StreamedAnswer& answer) {
    const auto number = number_in(arguments);
    answer.end(number ? retry(*number) : fail(number.error()));
  });
  functions.add("get_all_mail",
                [this](const Map&, const StreamedAnswer& answer) { answer.end(Value(rows())); });
}

asio::awaitable<void> MailCarrier::keep(Map mail, StreamedAnswer answer) {
  const DiskWork add = [this, &mail]() -> Result<Value> {
    const auto kept = spool_.add(mail, clock_.now());
    if (!kept) return fail(kept.error());
    logger.info("id={} mail={} kept for the server", kept->number, kept->id);
    return Value(kept->number);
  };
  const auto number = co_await run_on(workers_, add);
  answer.end(number);
  if (number) wake();
}

MailCarrier::DiskWork MailCarrier::removal_of(std::int64_t number) {
  return [this, number]() -> Result<Value> {
    if (auto removed = spool_.remove(number); !removed) return fail(removed.error());
    return Value(0);
  };
}

asio::awaitable<void> MailCarrier::drop(std::int64_t number, StreamedAnswer answer) {
  const DiskWork remove = removal_of(number);
  const auto removed = co_await run_on(workers_, remove);
  if (removed) logger.info("id={} dropped", number);
  tries_.erase(number);
  answer.end(removed);
}

Result<Value> MailCarrier::retry(std::int64_t number) {
  const auto mails = spool_.list();
  if (std::ranges::find(mails, number, &KeptMail::number) == mails.end()) {
    return fail(Errc::not_found, "no mail {} waits on this host", number);
  }
  tries_[number] = {.asked_for = true};
  wake();
  return Value(0);
}

Rows MailCarrier::rows() const {
  static const auto columns = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{"id", "added", "state", "recipient", "recipients", "subject",
                               "bytes", "tries", "due", "words"});
  List cells;
  for (const KeptMail& mail : spool_.list()) {
    const auto found = tries_.find(mail.number);
    const Tries tries = found == tries_.end() ? Tries{} : found->second;
    for (Value cell :
         {Value(mail.number), Value(mail.added), Value(tries.expired ? "failed" : "waiting"),
          Value(mail.recipient), Value(mail.recipients), Value(mail.subject), Value(mail.bytes),
          Value(tries.count), tries.due == Time{} ? Value() : Value(tries.due),
          Value(tries.words)}) {
      cells.push_back(std::move(cell));
    }
  }
  return Rows{columns, std::move(cells)};
}

// --- handing over to the server ---

void MailCarrier::wake() {
  woken_ = true;
  pause_.cancel();
}

void MailCarrier::stop() {
  stopped_ = true;
  pause_.cancel();
}

void MailCarrier::server_is_there() {
  for (auto& [number, tries] : tries_) tries.due = Time{};
  wake();
}

bool MailCarrier::is_due(std::int64_t number) const {
  const auto found = tries_.find(number);
  return found == tries_.end() || found->second.due <= clock_.now();
}

asio::awaitable<void> MailCarrier::carry() {
  while (!stopped_) {
    woken_ = false;
    co_await carry_what_is_due();
    if (woken_ || stopped_) continue;
    if (spool_.list().empty())
      pause_.expires_at(asio::steady_timer::time_point::max());  // until wake() or stop()
    else
      pause_.expires_after(look_pause);
    co_await pause_.async_wait(as_value);
  }
}

// So that a mail that breaks the connection does not keep the others when it is back.
std::vector<KeptMail> MailCarrier::least_tried_first() const {
  auto mails = spool_.list();
  std::ranges::stable_sort(mails, {}, [this](const KeptMail& mail) {
    const auto found = tries_.find(mail.number);
    return found == tries_.end() ? 0 : found->second.count;
  });
  return mails;
}

asio::awaitable<void> MailCarrier::carry_what_is_due() {
  for (const KeptMail& mail : least_tried_first()) {
    if (stopped_) co_return;
    if (expires(mail) || !is_due(mail.number)) continue;
    const auto handed = co_await hand_over(mail.number);
    if (handed) {
      logger.info("id={} mail={} is with the server", mail.number, mail.id);
      tries_.erase(mail.number);
      continue;
    }
    if (handed.error().code == Errc::not_found) continue;  // dropped meanwhile
    note_failure(mail.number, handed.error());
    if (handed.error().code == Errc::unavailable) co_return;  // the others would fail, too
  }
}

// Whether the mail is too old to be handed over without retry_mail.
bool MailCarrier::expires(const KeptMail& mail) {
  const std::int64_t waited = clock_.now().seconds - mail.added.seconds;
  if (waited < seconds(mail_wait_max).count()) return false;
  Tries& tries = tries_[mail.number];
  if (tries.asked_for || tries.expired) return tries.expired;
  tries.expired = true;
  tries.words = fmt::format(
      "no server took it within {} days: `mega mail --retry {}` sends it, perhaps once more",
      mail_wait_max / std::chrono::days(1), mail.number);
  logger.error("id={} mail={} failed: {}", mail.number, mail.id, tries.words);
  return true;
}

asio::awaitable<Result<void>> MailCarrier::hand_over(std::int64_t number) {
  const DiskWork read = [this, number]() -> Result<Value> {
    auto mail = spool_.read(number);
    if (!mail) return fail(mail.error());
    return Value(Map{{"mail", *std::move(mail)}});
  };
  auto arguments = co_await run_on(workers_, read);
  if (!arguments) co_return fail(arguments.error());
  Envelope request{.function = "take_mail"};
  request.args = *std::move(arguments);
  const auto taken = co_await ask_(std::move(request));
  if (!taken) co_return fail(taken.error());
  const DiskWork remove = removal_of(number);
  const auto removed = co_await run_on(workers_, remove);
  if (!removed) co_return fail(removed.error());
  co_return Result<void>();
}

void MailCarrier::note_failure(std::int64_t number, const Error& error) {
  Tries& tries = tries_[number];
  if (tries.words != error.message) logger.warn("id={} waits: {}", number, error.message);
  tries.words = error.message;
  tries.due = Time{clock_.now().seconds + pause_after(tries.count)};
  ++tries.count;
}

}  // namespace mega
