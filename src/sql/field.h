// Field: one column that the store returns.
#pragma once

#include "value/condition.h"

namespace mega {

struct Field {
  const char* name;  // as callers see it
  const char* sql;   // the expression behind it
  FieldKind kind = FieldKind::text;
};

}  // namespace mega
