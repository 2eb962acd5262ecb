// What the command line says of a message, turned into one.
#pragma once

#include "base/result.h"
#include "mail/format/message.h"
#include "mail/server/smtp_options.h"

#include <string>
#include <vector>

namespace mega {

class ArgumentParser;

struct DraftFlags {
  std::vector<std::string> to, cc, bcc, reply_to, attach, inlined;
  std::string from, subject, body = "-", alternative, charset = "utf-8";
  bool html = false;
  int priority = priority_normal;
};

void declare_draft(ArgumentParser& parser, DraftFlags& flags);

// Reads body and attachments; a warning goes to standard error for bytes of the body that are no
// text. Errors: invalid_argument for what is wrong with an address, the charset, a flag; those of
// the files.
Result<Message> read_draft(const DraftFlags& flags, const MailAddress& sender);

}  // namespace mega
