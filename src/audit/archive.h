// Archives of the audit: old rows as a file of JSON lines that can be verified by itself.
//
//   {"mega_audit":1,"first_id":1,"last_id":120,"previous":"<hash>","hash":"<hash>"}
//   {"id":1,"time":1406787187,"who":"root",...,"before":null,"after":"{...}","result":"done",
//    "hash":"<hash>"}
//
// The first line holds the range of the rows that follow, the hash before the first row (the last
// hash of the previous archive, or empty) and the hash of the last row. chain.h defines the hash of
// a row.
#pragma once

#include "audit/chain.h"
#include "base/result.h"

#include <string>

namespace mega {

// Verifies an archive row by row. A broken chain is a result, not an error. Errors: those of
// reading the file; corrupt for a file that is not an archive.
Result<AuditCheck> verify_archive(const std::string& file);

// The `after` of the audit row about an archive.
std::string to_json(const AuditArchive& archive);

}  // namespace mega
