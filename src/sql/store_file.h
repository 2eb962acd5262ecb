// A store in one file, without a log beside it: a backup, or the copy of a store in use. Whichever
// engine holds the store of the server, Connection::copy_to writes it as such a file.
#pragma once

#include "sql/connection.h"

#include <memory>
#include <string>

namespace mega {

enum class StoreFileMode { read_only, read_write };

// Errors, each naming the path: corrupt for a damaged file or one that is not a database, failed
// for one that cannot be opened.
Result<std::unique_ptr<Connection>> open_store_file(const std::string& path, StoreFileMode mode);

}  // namespace mega
