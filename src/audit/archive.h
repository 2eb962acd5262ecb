// Archives of the audit: old rows as a file of JSON lines that can be checked by itself.
//
//   {"mega_audit":1,"first_id":1,"last_id":120,"previous":"<hash>","hash":"<hash>"}
//   {"id":1,"time":1406787187,"who":"root",...,"before":null,"after":"{...}","result":"done",
//    "hash":"<hash>"}
//
// The first line says which rows follow, the hash before the first of them (the last one of the
// archive before, or empty) and the last one's own. A row's hash is made as audit_chain.h says.
#pragma once

#include "audit/chain.h"
#include "base/result.h"

#include <string>

namespace mega {

// Reads an archive row by row. What is broken is a result.
// Errors: those of reading the file; corrupt for a file that is no archive.
Result<AuditCheck> verify_archive(const std::string& file);

// The text that the audit's own row about an archive holds as `after`.
std::string to_json(const AuditArchive& archive);

}  // namespace mega
