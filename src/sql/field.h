// One column that the store gives out.
#pragma once

#include "value/condition.h"

namespace mega {

struct Field {
  const char* name;  // as callers see it
  const char* sql;   // the expression behind it
  FieldKind kind = FieldKind::text;
};

}  // namespace mega
