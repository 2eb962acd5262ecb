// AccessStore: makes join tokens and spends them for certificates.
#include "access/store/certificates.h"
#include "audit/writing.h"
#include "base/text.h"
#include "sql/selection.h"
#include "trust/holder_name.h"
#include "value/json.h"

#include <algorithm>
#include <optional>

namespace mega {
namespace {

// How long after the token's end the same key yields the same certificate again.
constexpr std::int64_t repeat_seconds = 24 * 3600;
// How long after its end a token is kept, so that its late use gets a precise error.
constexpr std::int64_t remembered_seconds = 30 * 24 * 3600;

struct TokenRow {
  std::int64_t id = 0;
  std::string role, name;
  Time expires;
  std::int64_t uses_left = 0;
};

struct Use {
  std::string name, certificate;
  Time time;
};

Result<TokenRow> load_token(Connection& connection, std::string_view secret_hash) {
  auto cursor = connection.select(
      "SELECT id, role, name, expires, uses_left FROM join_token WHERE secret_hash = ?",
      {secret_hash});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) {
    return fail(Errc::not_allowed,
                "this server knows no such token; have a new one made by `mega server token` here");
  }
  return TokenRow{.id = cursor->integer(0),
                  .role = std::string(cursor->text(1)),
                  .name = std::string(cursor->text(2)),
                  .expires = {cursor->integer(3)},
                  .uses_left = cursor->integer(4)};
}

Result<std::optional<Use>> one_use(Result<Cursor> cursor) {
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return Use{.name = std::string(cursor->text(0)),
             .certificate = std::string(cursor->text(1)),
             .time = {cursor->integer(2)}};
}

Result<std::optional<Use>> use_with_key(Connection& connection, std::int64_t token,
                                        std::string_view key_pin) {
  return one_use(connection.select(
      "SELECT name, certificate, time FROM token_use WHERE token_id = ? AND key_pin = ?",
      {token, key_pin}));
}

Result<std::optional<Use>> latest_use(Connection& connection, std::int64_t token) {
  return one_use(connection.select(
      "SELECT name, certificate, time FROM token_use WHERE token_id = ? ORDER BY time DESC LIMIT 1",
      {token}));
}

Result<void> refuse_expired(Time expires, Time now) {
  if (now <= expires) return {};
  return fail(
      Errc::not_allowed,
      "the token expired at {} and the server's clock says {}: have a new one made by `mega "
      "server token`",
      format_local(expires), format_local(now));
}

Result<void> refuse_spent(Connection& connection, const TokenRow& token) {
  if (token.uses_left > 0) return {};
  const auto use = latest_use(connection, token.id);
  if (!use) return fail(use.error());
  return fail(Errc::not_allowed,
              "the token was spent{}: have a new one made by `mega server token`",
              *use ? fmt::format(" by {} at {}", quoted((*use)->name), format_local((*use)->time))
                   : std::string());
}

// Repeats an interrupted join.
Result<Joined> repeat(Writing& writing, const TokenRow& token, const Use& use) {
  if (auto fresh = refuse_expired({token.expires.seconds + repeat_seconds}, writing.now); !fresh) {
    return fail(fresh.error());
  }
  const auto identity = read_certificate(use.certificate);
  if (!identity) return fail(Errc::corrupt, "the store holds no certificate for {}", use.name);
  const auto revoked = revocation_of(writing.connection, use.name);
  if (!revoked) return fail(revoked.error());
  if (auto counts = refuse_revoked(use.name, identity->issued(), *revoked); !counts) {
    return fail(counts.error());
  }
  return Joined{.certificate = use.certificate};
}

// A name belongs to one key in one role. A token made for the name revokes the certificates of its
// present holder. True: certificates were revoked. Errors: already_exists.
Result<bool> free_name(Writing& writing, const TokenRow& token, const CertificateRow& wanted) {
  const auto living = living_certificates(writing, wanted.name);
  if (!living) return fail(living.error());
  const auto other_key =
      std::ranges::find_if(*living, [&](const auto& row) { return row.key_pin != wanted.key_pin; });
  if (other_key != living->end() && token.name.empty()) {
    return fail(Errc::already_exists,
                "the name {} belongs to the {} that joined from {}, until {}: join with another "
                "--name, or have a token made for this one (mega server token --name {}), which "
                "ends the other certificate",
                quoted(wanted.name), other_key->role, other_key->address,
                format_local(other_key->until), wanted.name);
  }
  const bool taken = std::ranges::any_of(*living, [&](const auto& row) {
    return row.key_pin != wanted.key_pin || row.role != wanted.role;
  });
  if (!taken) return false;
  if (auto ended = revoke_name(writing, wanted.name); !ended) return fail(ended.error());
  return true;
}

Result<void> note_use(Writing& writing, const TokenRow& token, const CertificateRow& row,
                      const std::string& certificate) {
  auto used = writing.connection.execute(
      "INSERT INTO token_use (token_id, key_pin, name, certificate, time) VALUES (?, ?, ?, ?, ?)",
      {token.id, std::string_view(row.key_pin), std::string_view(row.name),
       std::string_view(certificate), writing.now.seconds});
  if (!used) return fail(used.error());
  auto spent = writing.connection.execute(
      "UPDATE join_token SET uses_left = uses_left - 1 WHERE id = ?", {token.id});
  if (!spent) return fail(spent.error());
  return {};
}

Result<Joined> spend(Writing& writing, const Joining& joining, const Issue& issue) {
  const auto token = load_token(writing.connection, joining.secret_hash);
  if (!token) return fail(token.error());
  const auto before = use_with_key(writing.connection, token->id, joining.key_pin);
  if (!before) return fail(before.error());
  if (*before) return repeat(writing, *token, **before);
  if (auto fresh = refuse_expired(token->expires, writing.now); !fresh) return fail(fresh.error());
  if (auto left = refuse_spent(writing.connection, *token); !left) return fail(left.error());

  const CertificateRow wanted{.name = token->name.empty() ? joining.name : token->name,
                              .role = token->role,
                              .key_pin = joining.key_pin,
                              .address = joining.address,
                              .token_id = token->id};
  if (auto named = check_holder_name(wanted.name); !named) return fail(named.error());
  const auto ended = free_name(writing, *token, wanted);
  if (!ended) return fail(ended.error());
  auto certificate = issue_and_note(writing, wanted, issue);
  if (!certificate) return fail(certificate.error());
  if (auto used = note_use(writing, *token, wanted, *certificate); !used) return fail(used.error());
  return Joined{.certificate = *std::move(certificate), .ended_another = *ended};
}

Result<void> forget_old_tokens(Writing& writing) {
  const std::int64_t before = writing.now.seconds - remembered_seconds;
  for (const char* sql :
       {"DELETE FROM token_use WHERE token_id IN (SELECT id FROM join_token WHERE expires < ?)",
        "DELETE FROM join_token WHERE expires < ?"}) {
    if (auto gone = writing.connection.execute(sql, {before}); !gone) return fail(gone.error());
  }
  return {};
}

Result<void> add(Writing& writing, const NewToken& token) {
  if (auto done = forget_old_tokens(writing); !done) return done;
  auto added = writing.connection.execute(
      "INSERT INTO join_token (secret_hash, role, name, expires, uses_left, created, created_by) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {std::string_view(token.secret_hash), std::string_view(token.role),
       std::string_view(token.name), token.expires.seconds, token.uses, writing.now.seconds,
       std::string_view(writing.author.who)});
  if (!added) return fail(added.error());
  const Value after(Map{{"id", writing.connection.last_insert_id()},
                        {"role", token.role},
                        {"name", token.name},
                        {"expires", token.expires},
                        {"uses", token.uses}});
  return add_audit_row(writing, std::nullopt, to_json(after));
}

// The tokens that can be spent at the time of the first parameter.
constexpr std::string_view open_tokens_condition = "expires >= ? AND uses_left > 0";

// Deletes the token and its uses, so that the store does not know its secret any more.
Result<void> withdraw(Writing& writing, std::int64_t id, std::string_view role,
                      std::string_view name) {
  for (const char* sql :
       {"DELETE FROM token_use WHERE token_id = ?", "DELETE FROM join_token WHERE id = ?"}) {
    if (auto gone = writing.connection.execute(sql, {id}); !gone) return fail(gone.error());
  }
  const Value former(Map{{"id", id}, {"role", role}, {"name", name}});
  const Value after(Map{{"id", id}, {"withdrawn", true}});
  return add_audit_row(writing, to_json(former), to_json(after));
}

// Withdraws the open tokens that a condition with one parameter selects; returns their number.
Result<std::int64_t> withdraw_where(Writing& writing, std::string_view condition,
                                    const SqlParameter& parameter) {
  auto cursor =
      writing.connection.select(fmt::format("SELECT id, role, name FROM join_token WHERE {} AND {}",
                                            open_tokens_condition, condition),
                                {writing.now.seconds, parameter});
  if (!cursor) return fail(cursor.error());
  std::vector<TokenRow> tokens;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) break;
    tokens.push_back({.id = cursor->integer(0),
                      .role = std::string(cursor->text(1)),
                      .name = std::string(cursor->text(2)),
                      .expires = {}});
  }
  for (const TokenRow& token : tokens) {
    if (auto done = withdraw(writing, token.id, token.role, token.name); !done) {
      return fail(done.error());
    }
  }
  return std::ssize(tokens);
}

Result<void> withdraw_one(Writing& writing, std::int64_t id) {
  const auto withdrawn = withdraw_where(writing, "id = ?", id);
  if (!withdrawn) return fail(withdrawn.error());
  if (*withdrawn > 0) return {};
  return fail(Errc::not_found,
              "no token {} can be spent: it was spent, has expired or was never made", id);
}

}  // namespace

Result<std::int64_t> withdraw_tokens_for(Writing& writing, std::string_view name) {
  return withdraw_where(writing, "name = ?", name);
}

Result<Rows> AccessStore::open_tokens(std::int64_t limit) const {
  static const Selection open(
      {{"id", "id"},
       {"role", "role"},
       {"name", "name"},
       {"expires", "expires", FieldKind::time},
       {"uses_left", "uses_left"},
       {"created", "created", FieldKind::time},
       {"created_by", "created_by"}},
      fmt::format("FROM join_token WHERE {} ORDER BY id LIMIT ?", open_tokens_condition));
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  const auto lease = database_.read();
  return open.rows(*lease, {database_.clock().now().seconds, *rows_max});
}

Result<void> AccessStore::withdraw_token(const Author& author, std::int64_t id) {
  return write(database_, author, [&](Writing& writing) { return withdraw_one(writing, id); });
}

Result<void> AccessStore::add_token(const Author& author, const NewToken& token) {
  return write(database_, author, [&](Writing& writing) { return add(writing, token); });
}

Result<Joined> AccessStore::join(const Author& author, const Joining& joining, const Issue& issue) {
  return write(database_, author, [&](Writing& writing) { return spend(writing, joining, issue); });
}

}  // namespace mega
