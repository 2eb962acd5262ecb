// MailStore: the queue of mail in the database.
#include "mail/store/mail_store.h"
#include "audit/writing.h"
#include "base/text.h"
#include "base/utf8.h"
#include "mail/format/hand_over.h"
#include "mail/store/mail_model.h"
#include "sql/selection.h"
#include "value/json.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::size_t part_bytes = 256 << 10;
constexpr std::size_t words_bytes_max = 500;

const Author& mailer() {
  static const Author author{.who = "mega", .door = "server", .function = "mail"};
  return author;
}

Result<void> done(Result<std::int64_t> changed) {
  if (!changed) return fail(changed.error());
  return {};
}

Result<void> add_recipients(Connection& connection, std::int64_t id,
                            const std::vector<std::string>& recipients) {
  std::int64_t number = 0;
  for (const std::string& recipient : recipients) {
    auto added = connection.execute(
        "INSERT INTO mail_recipient (mail_id, number, address, state, words, time) "
        "VALUES (?, ?, ?, 'waiting', '', 0)",
        {id, number++, std::string_view(recipient)});
    if (!added) return fail(added.error());
  }
  return {};
}

// Stores the text in parts of at least part_bytes, except the last, whatever the sizes of chunks.
Result<void> add_parts(Connection& connection, std::int64_t id, const MailChunks& next) {
  std::string part;
  std::int64_t number = 0;
  const auto add_part = [&]() -> Result<void> {
    auto added =
        connection.execute("INSERT INTO mail_part (mail_id, number, bytes) VALUES (?, ?, ?)",
                           {id, number++, Blob{part}});
    part.clear();
    return done(std::move(added));
  };
  for (;;) {
    const auto chunk = next();
    if (!chunk) return fail(chunk.error());
    if (chunk->empty()) break;
    part += *chunk;
    if (part.size() < part_bytes) continue;
    if (auto added = add_part(); !added) return added;
  }
  return part.empty() ? Result<void>() : add_part();
}

std::string audit_text(std::int64_t id, const NewMail& mail) {
  List recipients;
  for (const std::string& each : mail.recipients) recipients.emplace_back(each);
  return to_json(Value(Map{{"id", id},
                           {"kind", mail.kind},
                           {"recipients", std::move(recipients)},
                           {"subject", mail.subject}}));
}

// Whether a mail with this key has been handed over before, and forgotten since.
Result<bool> was_handed(Connection& connection, const NewMail& mail) {
  if (mail.once.empty()) return false;
  auto cursor =
      connection.select("SELECT 1 FROM mail_handed WHERE once = ?", {std::string_view(mail.once)});
  if (!cursor) return fail(cursor.error());
  return cursor->next();
}

Result<std::int64_t> add(Writing& writing, const NewMail& mail, const MailChunks& next) {
  const auto repeated = was_handed(writing.connection, mail);
  if (!repeated) return fail(repeated.error());
  if (*repeated) return fail(Errc::already_exists, "{} has come before", quoted(mail.once));
  const SqlParameter once = mail.once.empty() ? SqlParameter(std::monostate())
                                              : SqlParameter(std::string_view(mail.once));
  auto added = writing.connection.execute(
      "INSERT INTO mail (added, since, added_by, kind, topic, once, sender, subject, message_id, "
      "utf8, bytes, state, tries, due, began, ended, words) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, 0, 0, '')",
      {writing.now.seconds, writing.now.seconds, std::string_view(writing.author.who),
       std::string_view(mail.kind), std::string_view(mail.topic), once,
       std::string_view(mail.sender), cut_utf8(mail.subject, words_bytes_max),
       std::string_view(mail.message_id), std::int64_t{mail.utf8}, mail.bytes,
       std::max(mail.due, writing.now).seconds});
  if (!added) return fail(added.error());
  const std::int64_t id = writing.connection.last_insert_id();
  if (auto named = add_recipients(writing.connection, id, mail.recipients); !named) {
    return fail(named.error());
  }
  if (auto kept = add_parts(writing.connection, id, next); !kept) return fail(kept.error());
  if (auto noted = add_audit_row(writing, std::nullopt, audit_text(id, mail)); !noted) {
    return fail(noted.error());
  }
  return id;
}

Result<std::vector<std::string>> waiting_recipients(Connection& connection, std::int64_t id,
                                                    std::int64_t limit) {
  auto cursor = connection.select(
      "SELECT address FROM mail_recipient WHERE mail_id = ? AND state = 'waiting' "
      "ORDER BY number LIMIT ?",
      {id, limit});
  if (!cursor) return fail(cursor.error());
  std::vector<std::string> all;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return all;
    all.emplace_back(cursor->text(0));
  }
}

constexpr std::string_view queued_columns =
    "SELECT id, kind, sender, subject, message_id, bytes, utf8, tries, since FROM mail ";

Result<std::optional<QueuedMail>> first_of(Connection& connection, std::string_view condition,
                                           SqlParameters parameters, std::int64_t limit) {
  QueuedMail mail;
  {
    auto cursor =
        connection.select(std::string(queued_columns) + std::string(condition), parameters);
    if (!cursor) return fail(cursor.error());
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return std::nullopt;
    mail = {.id = cursor->integer(0),
            .kind = std::string(cursor->text(1)),
            .sender = std::string(cursor->text(2)),
            .subject = std::string(cursor->text(3)),
            .message_id = std::string(cursor->text(4)),
            .bytes = cursor->integer(5),
            .utf8 = cursor->integer(6) != 0,
            .tries = cursor->integer(7),
            .since = {cursor->integer(8)}};
  }
  auto recipients = waiting_recipients(connection, mail.id, limit);
  if (!recipients) return fail(recipients.error());
  mail.recipients = *std::move(recipients);
  return mail;
}

Result<MailSettled> count_recipients(Connection& connection, std::int64_t id) {
  auto cursor = connection.select(
      "SELECT coalesce(sum(state = 'waiting'), 0), coalesce(sum(state = 'refused'), 0) "
      "FROM mail_recipient WHERE mail_id = ?",
      {id});
  if (!cursor) return fail(cursor.error());
  if (const auto row = cursor->next(); !row) return fail(row.error());
  return MailSettled{.waiting = cursor->integer(0), .refused = cursor->integer(1)};
}

Result<void> drop_text(Connection& connection, std::int64_t id) {
  return done(connection.execute("DELETE FROM mail_part WHERE mail_id = ?", {id}));
}

Result<void> end(Writing& writing, std::int64_t id, std::string_view state,
                 std::string_view words) {
  auto ended = writing.connection.execute(
      "UPDATE mail SET state = ?, ended = ?, began = 0, words = ? WHERE id = ?",
      {state, writing.now.seconds, cut_utf8(words, words_bytes_max), id});
  if (!ended) return fail(ended.error());
  return state == "failed" ? Result<void>() : drop_text(writing.connection, id);
}

Result<MailSettled> settle(Writing& writing, std::int64_t id,
                           const std::vector<MailVerdict>& verdicts, Time due) {
  std::string_view words;
  for (const MailVerdict& verdict : verdicts) {
    auto noted = writing.connection.execute(
        "UPDATE mail_recipient SET state = ?, words = ?, time = ? "
        "WHERE mail_id = ? AND address = ?",
        {std::string_view(verdict.state), cut_utf8(verdict.words, words_bytes_max),
         writing.now.seconds, id, std::string_view(verdict.recipient)});
    if (!noted) return fail(noted.error());
    if (words.empty() || verdict.state != "accepted") words = verdict.words;
  }
  const auto counts = count_recipients(writing.connection, id);
  if (!counts) return counts;
  auto changed = counts->waiting > 0
                     ? done(writing.connection.execute(
                           "UPDATE mail SET tries = tries + 1, due = ?, began = 0, "
                           "words = ? WHERE id = ?",
                           {due.seconds, cut_utf8(words, words_bytes_max), id}))
                     : end(writing, id, counts->refused > 0 ? "failed" : "sent", words);
  if (!changed) return fail(changed.error());
  return counts;
}

struct Standing {
  std::string state, subject;
};

Result<Standing> standing_of(Connection& connection, std::int64_t id) {
  auto cursor = connection.select("SELECT state, subject FROM mail WHERE id = ?", {id});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return fail(Errc::not_found, "there is no mail {}", id);
  return Standing{.state = std::string(cursor->text(0)), .subject = std::string(cursor->text(1))};
}

Result<void> note_change(Writing& writing, std::int64_t id, const Standing& before,
                         std::string_view after) {
  const auto text = [&](std::string_view state) {
    return to_json(Value(Map{{"id", id}, {"state", state}, {"subject", before.subject}}));
  };
  return add_audit_row(writing, text(before.state), text(after));
}

// Remembers the keys of handed-over mail that is forgotten now; deletes keys
// older than handed_mail_memory.
Result<void> keep_keys(Writing& writing, std::string_view condition, Time before) {
  auto kept = writing.connection.execute(
      fmt::format("INSERT INTO mail_handed (once, ended) SELECT once, ended FROM mail "
                  "WHERE {} AND kind = 'mail' AND once IS NOT NULL",
                  condition),
      {before.seconds});
  if (!kept) return fail(kept.error());
  const std::int64_t long_ago =
      writing.now.seconds - std::chrono::seconds(handed_mail_memory).count();
  return done(writing.connection.execute("DELETE FROM mail_handed WHERE ended < ?", {long_ago}));
}

Result<void> retry(Writing& writing, std::int64_t id) {
  const auto before = standing_of(writing.connection, id);
  if (!before) return fail(before.error());
  if (before->state == "sent" || before->state == "dropped") {
    return fail(Errc::refused, "mail {} was {}: its text is gone", id, before->state);
  }
  for (const char* sql :
       {"UPDATE mail_recipient SET state = 'waiting' WHERE state = 'refused' AND mail_id = ?",
        "UPDATE mail SET state = 'waiting', tries = 0, began = 0, ended = 0 WHERE id = ?"}) {
    if (auto changed = writing.connection.execute(sql, {id}); !changed)
      return fail(changed.error());
  }
  auto since = writing.connection.execute("UPDATE mail SET since = ?, due = ? WHERE id = ?",
                                          {writing.now.seconds, writing.now.seconds, id});
  if (!since) return fail(since.error());
  return note_change(writing, id, *before, "waiting");
}

Result<void> drop(Writing& writing, std::int64_t id) {
  const auto before = standing_of(writing.connection, id);
  if (!before) return fail(before.error());
  if (before->state == "sent") return fail(Errc::refused, "mail {} was sent", id);
  if (before->state == "dropped") return {};
  if (auto ended = end(writing, id, "dropped", "dropped by " + writing.author.who); !ended) {
    return ended;
  }
  return note_change(writing, id, *before, "dropped");
}

}  // namespace

Result<std::int64_t> MailStore::add_mail(const Author& author, const NewMail& mail,
                                         const MailChunks& next) {
  return write(database_, author, [&](Writing& writing) { return add(writing, mail, next); });
}

Result<std::optional<QueuedMail>> MailStore::due_mail(std::int64_t recipients_max) const {
  const auto lease = database_.read();
  return first_of(*lease, "WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT 1",
                  {database_.clock().now().seconds}, recipients_max);
}

Result<std::optional<QueuedMail>> MailStore::mail_in_doubt() const {
  const auto lease = database_.read();
  return first_of(*lease, "WHERE state = 'waiting' AND began > 0 ORDER BY id LIMIT 1", {}, 1);
}

Result<std::optional<Time>> MailStore::next_mail_due() const {
  const auto lease = database_.read();
  auto cursor = lease->select("SELECT min(due) FROM mail WHERE state = 'waiting'");
  if (!cursor) return fail(cursor.error());
  if (const auto row = cursor->next(); !row) return fail(row.error());
  if (cursor->is_none(0)) return std::nullopt;
  return Time{cursor->integer(0)};
}

Result<std::string> MailStore::mail_part(std::int64_t id, std::int64_t number) const {
  const auto lease = database_.read();
  auto cursor =
      lease->select("SELECT bytes FROM mail_part WHERE mail_id = ? AND number = ?", {id, number});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return *row ? std::string(cursor->text(0)) : std::string();
}

Result<void> MailStore::begin_mail_end(std::int64_t id) {
  return write(database_, mailer(), [&](Writing& writing) {
    return done(writing.connection.execute("UPDATE mail SET began = ? WHERE id = ?",
                                           {std::max<std::int64_t>(1, writing.now.seconds), id}));
  });
}

Result<MailSettled> MailStore::settle_mail(std::int64_t id,
                                           const std::vector<MailVerdict>& verdicts, Time due) {
  return write(database_, mailer(),
               [&](Writing& writing) { return settle(writing, id, verdicts, due); });
}

Result<void> MailStore::put_off_mail(std::int64_t id, const std::string& words, Time due) {
  return write(database_, mailer(), [&](Writing& writing) {
    return done(writing.connection.execute(
        "UPDATE mail SET tries = tries + 1, due = ?, began = 0, words = ? WHERE id = ?",
        {due.seconds, cut_utf8(words, words_bytes_max), id}));
  });
}

Result<void> MailStore::hold_mail(std::int64_t id, const std::string& words) {
  return write(database_, mailer(), [&](Writing& writing) {
    return done(
        writing.connection.execute("UPDATE mail SET state = 'doubtful', words = ? "
                                   "WHERE id = ?",
                                   {cut_utf8(words, words_bytes_max), id}));
  });
}

Result<void> MailStore::fail_mail(std::int64_t id, const std::string& words) {
  return write(database_, mailer(), [&](Writing& writing) -> Result<void> {
    auto refused = writing.connection.execute(
        "UPDATE mail_recipient SET state = 'refused', words = ?, time = ? "
        "WHERE mail_id = ? AND state = 'waiting'",
        {cut_utf8(words, words_bytes_max), writing.now.seconds, id});
    if (!refused) return fail(refused.error());
    return end(writing, id, "failed", words);
  });
}

Result<void> MailStore::note_mail_trouble(const std::string& words) {
  return write(database_, mailer(), [&](Writing& writing) {
    return done(writing.connection.execute(
        "UPDATE mail SET tries = tries + 1, words = ? WHERE state = 'waiting' AND due <= ?",
        {cut_utf8(words, words_bytes_max), writing.now.seconds}));
  });
}

Result<void> MailStore::retry_mail(const Author& author, std::int64_t id) {
  return write(database_, author, [&](Writing& writing) { return retry(writing, id); });
}

Result<void> MailStore::drop_mail(const Author& author, std::int64_t id) {
  return write(database_, author, [&](Writing& writing) { return drop(writing, id); });
}

Result<void> MailStore::forget_mail(Time before) {
  return write(database_, mailer(), [&](Writing& writing) -> Result<void> {
    constexpr const char* old = "state IN ('sent', 'failed', 'dropped') AND ended < ?";
    if (auto kept = keep_keys(writing, old, before); !kept) return kept;
    for (const char* table : {"mail_part", "mail_recipient"}) {
      auto gone = writing.connection.execute(
          fmt::format("DELETE FROM {} WHERE mail_id IN (SELECT id FROM mail WHERE {})", table, old),
          {before.seconds});
      if (!gone) return fail(gone.error());
    }
    return done(writing.connection.execute(fmt::format("DELETE FROM mail WHERE {}", old),
                                           {before.seconds}));
  });
}

Result<std::int64_t> MailStore::count_mail(std::string_view kind, std::string_view topic,
                                           Time since) const {
  const auto lease = database_.read();
  auto cursor = lease->select(
      "SELECT count(*) FROM mail WHERE kind = ? AND (? = '' OR topic = ?) AND added >= ?",
      {kind, topic, topic, since.seconds});
  if (!cursor) return fail(cursor.error());
  if (const auto row = cursor->next(); !row) return fail(row.error());
  return cursor->integer(0);
}

Result<Rows> MailStore::mails(State state, std::int64_t limit) const {
  static const Selection all(
      {{"id", "m.id", FieldKind::number},
       {"added", "m.added", FieldKind::time},
       {"state", "m.state"},
       {"kind", "m.kind"},
       {"sender", "m.sender"},
       {"recipient", "(SELECT address FROM mail_recipient WHERE mail_id = m.id AND number = 0)"},
       {"recipients", "(SELECT count(*) FROM mail_recipient WHERE mail_id = m.id)",
        FieldKind::number},
       {"subject", "m.subject"},
       {"bytes", "m.bytes", FieldKind::number},
       {"tries", "m.tries", FieldKind::number},
       {"due", "CASE WHEN m.state = 'waiting' THEN max(m.due, m.since) END", FieldKind::time},
       {"ended", "CASE WHEN m.ended > 0 THEN m.ended END", FieldKind::time},
       {"words", "m.words"}},
      "FROM mail m WHERE (CASE WHEN m.state IN ('waiting', 'doubtful') THEN 1 ELSE 2 END) "
      "IN (?, ?) ORDER BY m.id DESC LIMIT ?");
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  const std::int64_t one = state == State::all ? 1 : static_cast<std::int64_t>(state);
  const std::int64_t other = state == State::all ? 2 : one;
  const auto lease = database_.read();
  return all.rows(*lease, {one, other, *rows_max});
}

}  // namespace mega
