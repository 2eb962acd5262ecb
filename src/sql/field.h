// One column that the store gives out.
#pragma once

namespace mega {

// What its cells are: how they are read, and how conditions compare them.
enum class FieldKind { number, text, address, version, time, tags };

struct Field {
  const char* name;  // as callers see it
  const char* sql;   // the expression behind it
  FieldKind kind = FieldKind::text;
};

}  // namespace mega
