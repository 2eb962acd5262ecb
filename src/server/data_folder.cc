#include "server/data_folder.h"

#include "base/data_folder.h"

#include <filesystem>
#include <system_error>

namespace mega {
namespace {

const Setting<std::string> data{"data",
                                "/var/lib/mega/server",
                                "DIR",
                                "Folder that holds all that the server keeps",
                                {.flag_of = {"server"}}};

}  // namespace

std::string data_folder(const Settings& settings) {
  const std::string& folder = settings[data];
  if (folder.empty() || folder.starts_with('/')) return folder;
  std::error_code failed;
  const auto whole =
      std::filesystem::weakly_canonical(std::filesystem::current_path(failed) / folder, failed);
  return failed ? folder : whole.string();
}

std::string socket_path(const Settings& settings) {
  return path_in(data_folder(settings), socket_file_name);
}

}  // namespace mega
