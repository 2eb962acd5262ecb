// Inventory files in CSV, one record per line with its kind in the first column,
//
//   kind,id,ip,port,name,comment,os,type,plant,level,owner,business,db_type,...,stat,online_date
//   server,,10.0.0.1,,db1,,Debian,0,rack 4,,1,,...,1,2014-07-31T14:13:07+08:00
//   instance,,10.0.0.1,3306,orders-a,...
//
// or JSON, an object of lists: {"owners": [], "businesses": [], "servers": [{"ip": ...}], ...}.
// A value that the file does not set (a missing column or key, null, an empty cell of a field that
// cannot be empty) stays as it is, or gets its default in a new record.
#pragma once

#include "base/result.h"
#include "cmd/inventory/inventory_model.h"

#include <string>
#include <string_view>

namespace mega {

enum class FileForm { csv, json };

// By the flag if given ("csv", "json"), else by the extension of the file name; csv for "-".
// Errors: invalid_argument.
Result<FileForm> file_form(std::string_view flag, std::string_view path);

std::string write_inventory(const InventoryModel& inventory, FileForm form);

// Parses and checks a file. `path` is for errors, which are invalid_argument and begin with
// "PATH:LINE: ". Also refuses duplicate records and contradictory states (an online instance on an
// offline server, an offline master of an online slave).
Result<InventoryModel> read_inventory(std::string_view text, FileForm form,
                                      const std::string& path);

}  // namespace mega
