// AccessStore: lists, renews and revokes certificates.
#include "access/store/certificates.h"
#include "access/store/access_store.h"
#include "trust/certificate.h"

#include "audit/writing.h"
#include "base/text.h"
#include "sql/selection.h"
#include "trust/crypto.h"
#include "value/json.h"

#include <algorithm>

namespace mega {
namespace {

constexpr Time never{-1};

std::string to_json(const CertificateRow& row) {
  return to_json(Value(Map{{"serial", row.serial},
                           {"name", row.name},
                           {"role", row.role},
                           {"key", row.key_pin},
                           {"address", row.address},
                           {"issued", row.issued},
                           {"until", row.until}}));
}

Result<void> insert(Connection& connection, const CertificateRow& row) {
  const SqlParameter token =
      row.token_id == 0 ? SqlParameter(std::monostate()) : SqlParameter(row.token_id);
  auto added = connection.execute(
      "INSERT INTO certificate (serial, name, role, key_pin, issued, until, address, token_id) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {std::string_view(row.serial), std::string_view(row.name), std::string_view(row.role),
       std::string_view(row.key_pin), row.issued.seconds, row.until.seconds,
       std::string_view(row.address), token});
  if (!added) return fail(added.error());
  return {};
}

// Deletes the expired certificates of the name, which renewals would accumulate.
Result<void> forget_ended(Writing& writing, std::string_view name) {
  auto gone = writing.connection.execute("DELETE FROM certificate WHERE name = ? AND until < ?",
                                         {name, still_counts_until(writing.now)});
  if (!gone) return fail(gone.error());
  return {};
}

// True for a certificate issued after everything that the store knows of the name: the store may be
// a restored backup that is older than the certificate.
Result<bool> is_newer_than_known(Connection& connection, std::string_view name, Time issued) {
  auto cursor = connection.select("SELECT max(issued) FROM certificate WHERE name = ?", {name});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  const auto revoked = revocation_of(connection, name);
  if (!revoked) return fail(revoked.error());
  const bool behind_all = cursor->is_none(0) || issued > Time{cursor->integer(0)};
  return behind_all && issued > *revoked;
}

// The first cell of the first row; nullopt: there is no row.
Result<std::optional<std::string>> one_text(Result<Cursor> cursor) {
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return std::string(cursor->text(0));
}

Result<bool> is_known(Connection& connection, std::string_view name) {
  auto cursor = connection.select("SELECT 1 FROM certificate WHERE name = ? LIMIT 1", {name});
  if (!cursor) return fail(cursor.error());
  return cursor->next();
}

Result<std::string> nearest_name(Connection& connection, std::string_view typed) {
  auto cursor = connection.select("SELECT DISTINCT name FROM certificate");
  if (!cursor) return fail(cursor.error());
  std::vector<std::string> names;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return did_you_mean(typed, names);
    names.emplace_back(cursor->text(0));
  }
}

Result<std::string> renew(Writing& writing, const Renewal& renewal, const Issue& issue) {
  const auto living = living_certificates(writing, renewal.name);
  if (!living) return fail(living.error());
  const bool own = std::ranges::any_of(*living, [&](const CertificateRow& row) {
    return row.key_pin == renewal.key_pin && row.role == renewal.role;
  });
  if (!own) {
    const auto counts = is_newer_than_known(writing.connection, renewal.name, renewal.issued);
    if (!counts) return fail(counts.error());
    if (!*counts || renewal.held_pin != renewal.key_pin) {
      return fail(Errc::not_allowed,
                  "no certificate of {} as {} counts for this key any more: join again with a new "
                  "token",
                  quoted(renewal.name), renewal.role);
    }
  }
  return issue_and_note(writing,
                        {.name = renewal.name,
                         .role = renewal.role,
                         .key_pin = renewal.key_pin,
                         .address = renewal.address},
                        issue);
}

Result<Time> revoke_known(Writing& writing, const std::string& name, bool unknown) {
  const auto known = is_known(writing.connection, name);
  if (!known) return fail(known.error());
  const auto tokens = withdraw_tokens_for(writing, name);
  if (!tokens) return fail(tokens.error());
  if (!*known && *tokens == 0 && !unknown) {
    const auto meant = nearest_name(writing.connection, name);
    if (!meant) return fail(meant.error());
    return fail(Errc::not_found, "no certificate was issued to {}{}", quoted(name), *meant);
  }
  return revoke_name(writing, name);
}

}  // namespace

Result<std::vector<CertificateRow>> living_certificates(Writing& writing, std::string_view name) {
  const auto revoked = revocation_of(writing.connection, name);
  if (!revoked) return fail(revoked.error());
  auto cursor = writing.connection.select(
      "SELECT serial, name, role, key_pin, address, issued, until FROM certificate "
      "WHERE name = ? AND until >= ? AND issued > ?",
      {name, still_counts_until(writing.now), revoked->seconds});
  if (!cursor) return fail(cursor.error());
  std::vector<CertificateRow> living;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return living;
    living.push_back({.serial = std::string(cursor->text(0)),
                      .name = std::string(cursor->text(1)),
                      .role = std::string(cursor->text(2)),
                      .key_pin = std::string(cursor->text(3)),
                      .address = std::string(cursor->text(4)),
                      .issued = {cursor->integer(5)},
                      .until = {cursor->integer(6)}});
  }
}

Result<Time> revocation_of(Connection& connection, std::string_view name) {
  auto cursor = connection.select("SELECT time FROM revocation WHERE name = ?", {name});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return *row ? Time{cursor->integer(0)} : never;
}

Result<Time> revoke_name(Writing& writing, std::string_view name) {
  const auto living = living_certificates(writing, name);
  if (!living) return fail(living.error());
  const auto before = revocation_of(writing.connection, name);
  if (!before) return fail(before.error());
  // At least the `issued` of each valid certificate, which may be after now (issue_and_note()).
  Time time = std::max(writing.now, *before);
  for (const CertificateRow& row : *living) time = std::max(time, row.issued);
  auto gone = writing.connection.execute("DELETE FROM revocation WHERE name = ?", {name});
  if (!gone) return fail(gone.error());
  auto added =
      writing.connection.execute("INSERT INTO revocation (name, time, revoked_by) VALUES (?, ?, ?)",
                                 {name, time.seconds, std::string_view(writing.author.who)});
  if (!added) return fail(added.error());
  const std::string former = to_json(Value(Map{{"name", name}, {"certificates", living->size()}}));
  const std::string after = to_json(Value(Map{{"name", name}, {"revoked", time}}));
  if (auto noted = add_audit_row(writing, former, after); !noted) return fail(noted.error());
  return time;
}

Result<std::string> issue_and_note(Writing& writing, CertificateRow wanted, const Issue& issue) {
  const auto revoked = revocation_of(writing.connection, wanted.name);
  if (!revoked) return fail(revoked.error());
  const Time now = std::max(writing.now, Time{revoked->seconds + 1});
  auto certificate = issue({.name = wanted.name, .role = wanted.role, .now = now});
  if (!certificate) return certificate;
  const auto identity = read_certificate(*certificate);
  if (!identity) return fail(identity.error());
  if (to_hex(identity->key_pin) != wanted.key_pin) {
    return fail(Errc::internal, "the certificate is for another key than the request's");
  }
  wanted.serial = identity->serial;
  wanted.issued = identity->issued();
  wanted.until = identity->until;
  if (auto done = forget_ended(writing, wanted.name); !done) return fail(done.error());
  if (auto done = insert(writing.connection, wanted); !done) return fail(done.error());
  if (auto noted = add_audit_row(writing, std::nullopt, to_json(wanted)); !noted) {
    return fail(noted.error());
  }
  return certificate;
}

Result<void> refuse_revoked(std::string_view name, Time issued, Time revoked) {
  if (issued > revoked) return {};
  return fail(Errc::not_allowed,
              "the certificate of {} was revoked at {}: join again with a new token", quoted(name),
              format_local(revoked));
}

Result<Rows> AccessStore::certificates(State state, std::int64_t limit) const {
  static const Selection newest(
      {{"name", "c.name"},
       {"role", "c.role"},
       {"address", "c.address"},
       {"serial", "c.serial"},
       {"issued", "c.issued", FieldKind::time},
       {"until", "c.until", FieldKind::time},
       {"revoked", "CASE WHEN c.issued <= r.time THEN r.time END", FieldKind::time},
       {"state",
        "CASE WHEN c.issued <= r.time THEN 'revoked' WHEN c.until < ? THEN 'expired' ELSE 'valid' "
        "END"}},
      "FROM certificate c LEFT JOIN revocation r ON r.name = c.name "
      "WHERE c.id = (SELECT max(id) FROM certificate WHERE name = c.name) "
      "AND (CASE WHEN c.issued <= r.time OR c.until < ? THEN 2 ELSE 1 END) IN (?, ?) "
      "ORDER BY c.name LIMIT ?");
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  const std::int64_t now = database_.clock().now().seconds;
  const std::int64_t one = state == State::all ? 1 : static_cast<std::int64_t>(state);
  const std::int64_t other = state == State::all ? 2 : one;
  const auto lease = database_.read();
  return newest.rows(*lease, {now, now, one, other, *rows_max});
}

Result<std::optional<std::string>> AccessStore::role_of(std::string_view name) const {
  const auto lease = database_.read();
  return one_text(lease->select(
      "SELECT role FROM certificate WHERE name = ? ORDER BY issued DESC LIMIT 1", {name}));
}

Result<std::optional<std::string>> AccessStore::standing_role_of(std::string_view name) const {
  const auto lease = database_.read();
  return one_text(lease->select(
      "SELECT c.role FROM certificate c LEFT JOIN revocation r ON r.name = c.name WHERE c.name = ? "
      "AND (r.time IS NULL OR c.issued > r.time) ORDER BY c.issued DESC LIMIT 1",
      {name}));
}

Result<void> AccessStore::admit_certificate(const Identity& identity) const {
  Time revoked = never;
  {
    const auto lease = database_.read();
    const auto found = revocation_of(*lease, identity.name);
    if (!found) return fail(found.error());
    revoked = *found;
  }
  return refuse_revoked(identity.name, identity.issued(), revoked);
}

Result<std::string> AccessStore::renew_certificate(const Author& author, const Renewal& renewal,
                                                   const Issue& issue) {
  return write(database_, author, [&](Writing& writing) { return renew(writing, renewal, issue); });
}

Result<Time> AccessStore::revoke(const Author& author, const std::string& name, bool unknown) {
  return write(database_, author,
               [&](Writing& writing) { return revoke_known(writing, name, unknown); });
}

Result<std::int64_t> AccessStore::count_certificates() const {
  return selected_number(*database_.read(), "SELECT count(*) FROM certificate");
}

}  // namespace mega
