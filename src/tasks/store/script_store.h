// Scripts that hosts get from the server: the newest version of each.
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "sql/database.h"
#include "trust/author.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// A script as hosts get it.
struct StoredScript {
  std::string content;
  std::string digest;     // SHA-256 of the content, hex
  std::string signature;  // script_signature() in trust/signature.h
};

class ScriptStore {
 public:
  explicit ScriptStore(Database& database) : database_(database) {}

  Result<Rows> scripts() const;  // by name: name, version, bytes, digest, added, added_by
  Result<std::optional<StoredScript>> script(std::string_view name) const;
  Result<std::optional<std::string>> script_digest(std::string_view name) const;
  // Returns the version: the existing one if the content is unchanged, else the next.
  Result<std::int64_t> add_script(const Author& author, const std::string& name,
                                  const StoredScript& script);
  Result<void> del_script(const Author& author, const std::string& name);

 private:
  Database& database_;
};

}  // namespace mega
