// The data folder and socket of this host's server: for the server itself, and for commands that
// read the folder or connect to the socket. Has few dependencies, unlike server/options.h.
#pragma once

#include "base/settings.h"

#include <string>

namespace mega {

// The name of the unix socket in the data folder.
inline constexpr const char* socket_file_name = "mega.sock";

// The setting `data` as an absolute path; empty if the setting is.
std::string data_folder(const Settings& settings);

// The path of the unix socket in that folder.
std::string socket_path(const Settings& settings);

}  // namespace mega
