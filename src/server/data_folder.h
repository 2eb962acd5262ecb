// Where the server of this host keeps its data and is reached: for the server itself, and for
// commands that look into the folder or ask at the socket. Light, unlike server/options.h.
#pragma once

#include "base/settings.h"

#include <string>

namespace mega {

// The name of the unix socket in the data folder.
inline constexpr const char* socket_file_name = "mega.sock";

// The setting `data`, absolute; empty when the setting is.
std::string data_folder(const Settings& settings);

// The unix socket in that folder.
std::string socket_path(const Settings& settings);

}  // namespace mega
