#include "mail/server/mailer.h"

#include "base/log.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace mega {
namespace {

using std::chrono::seconds;

constexpr Logger logger{"mail"};

constexpr seconds pause_max{30};  // since the wall clock may be set forward
constexpr seconds after_error{10};
constexpr seconds grace{5};

}  // namespace

Result<MailerOptions> read_mailer_options(const Settings& settings) {
  auto smtp = read_smtp_options(settings);
  if (!smtp) return fail(smtp.error());
  const auto queue = read_mail_queue_options(settings);
  if (!queue) return fail(queue.error());
  return MailerOptions{.smtp = *std::move(smtp), .queue = *queue};
}

Mailer::Mailer(MailStore& store, const Clock& clock, MailerOptions options)
    : options_(std::move(options)),
      outbox_(store, clock,
              {.sender = options_.smtp.from,
               .has_relay = !options_.smtp.relays.empty(),
               .host_rate = options_.queue.host_rate},
              [this] { wake(); }),
      queue_(store, clock, options_.smtp, options_.queue,
             [this](const QueuedMail& mail, const std::string& why) { tell_of_failed(mail, why); }),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Mailer::~Mailer() {
  stop();
  ::close(stop_);
}

void Mailer::stop() {
  queue_.finish();
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    const bool running = thread_.joinable();
    if (running && !changed_.wait_for(lock, grace, [this] { return ended_; })) {
      ::eventfd_write(stop_, 1);
    }
  }
  if (thread_.joinable()) thread_.join();
}

void Mailer::start() {
  if (!options_.smtp.relays.empty()) thread_ = std::thread([this] { work(); });
}

void Mailer::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

// False: the thread must end.
bool Mailer::rest(seconds length) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::min(length, pause_max), [this] { return woken_ || stopping_; });
  woken_ = false;
  return !stopping_;
}

void Mailer::work() {
  try {
    if (auto recovered = queue_.recover(); !recovered) {
      logger.error("mail in doubt: {}", recovered.error().message);
    }
    seconds pause{0};
    do {
      const auto next = queue_.run(stop_);
      if (!next) logger.error("the queue: {}", next.error().message);
      pause = next ? *next : after_error;
    } while (rest(pause));
  } catch (const std::exception& e) {
    logger.error("internal error: {}; no mail is sent until the server is started anew", e.what());
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

// Reports kind "mail" only: an alert about a failed alert would fail, too.
void Mailer::tell_of_failed(const QueuedMail& mail, const std::string& why) const {
  if (mail.kind != "mail" || !notices_) return;
  notices_->raise({.kind = "mail_failed",
                   .topic = std::to_string(mail.id),
                   .subject = fmt::format("mail {} did not arrive: {}", mail.id, mail.subject),
                   .text = why,
                   .command = fmt::format("mega mail --retry {}", mail.id)});
}

}  // namespace mega
