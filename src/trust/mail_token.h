// What makes a message different from all others.
#pragma once

#include <string>

namespace mega {

// For Message::token: never given out before, on whatever host.
std::string new_mail_token();

}  // namespace mega
