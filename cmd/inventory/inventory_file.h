// Files of the inventory: CSV, one record a line with its kind in the first column,
//
//   kind,id,ip,port,name,comment,os,type,plant,level,owner,business,db_type,...,stat,online_date
//   server,,10.0.0.1,,db1,,Debian,0,rack 4,,1,,...,1,2014-07-31T14:13:07+08:00
//   instance,,10.0.0.1,3306,orders-a,...
//
// or JSON, an object of lists: {"owners": [], "businesses": [], "servers": [{"ip": ...}], ...}.
// What a file does not say (a column or key that is missing, null, an empty cell where the field
// cannot be empty) is left as it is, or gets its default when the record is new.
#pragma once

#include "base/result.h"
#include "cmd/inventory/inventory_model.h"

#include <string>
#include <string_view>

namespace mega {

enum class FileForm { csv, json };

// By the flag if it is given ("csv", "json"), else by the end of the file's name; csv for "-".
// Errors: invalid_argument.
Result<FileForm> file_form(std::string_view flag, std::string_view path);

std::string write_inventory(const InventoryModel& inventory, FileForm form);

// `path` is for errors, which are invalid_argument and begin with "PATH:LINE: ". Checked besides
// the values: records that come twice, and states that contradict each other (an online instance on
// an offline server, an offline master of an online slave).
Result<InventoryModel> read_inventory(std::string_view text, FileForm form,
                                      const std::string& path);

}  // namespace mega
