// The flags of `mega mail` that describe a message, and the message built from them.
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

// Reads body and attachments. Prints a warning to standard error for bytes of the body that are not
// text. Errors: invalid_argument for an invalid address, charset or flag; those of the files.
Result<Message> read_draft(const DraftFlags& flags, const MailAddress& sender);

}  // namespace mega
