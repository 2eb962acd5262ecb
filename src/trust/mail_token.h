// Unique tokens for mail messages.
#pragma once

#include <string>

namespace mega {

// For Message::token: unique across all calls and hosts.
std::string new_mail_token();

}  // namespace mega
