// The tables of MailStore: mail, mail_part, mail_recipient, mail_handed.
#include "mail/store/mail_store.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace mega {
namespace {

Result<void> probe(Database& database) {
  const MailStore store(database);
  if (auto rows = store.mails(State::all, 1); !rows) return fail(rows.error());
  return {};
}

const Registered<Schema> schema{{.name = "mail", .probe = probe}};

}  // namespace
}  // namespace mega
