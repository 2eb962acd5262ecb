// ARGS of a call as typed, in one of two forms:
//
//   the seed's   model='backup',stat=1      as between the parentheses of a call
//   words        model=backup stat=1        each NAME=VALUE; a value has the type of its parameter,
//                                           text stays as typed (version=10.10)
//
// The form is words only when each argument is NAME=VALUE. A single argument with a comma or a
// quote is in the seed's form. A comma at the end of a word is part of its value if the value is
// text; else it separates two arguments of the seed's form.
#pragma once

#include "api/function.h"
#include "base/result.h"
#include "value/python.h"

#include <span>
#include <string>
#include <string_view>

namespace mega {

// From arguments that the shell has split. `function` gives the words their types; nullptr: unknown
// function, for which whole numbers, None, True and False are recognised by their form. Errors:
// invalid_argument; a mistake in the seed's form has a caret under the place.
Result<CallArguments> arguments_from_words(const Function* function,
                                           std::span<const std::string> words);

// From one text: the rest of a batch line, or a file. Words end at white space; a text with a quote
// is in the seed's form.
Result<CallArguments> arguments_from_text(const Function* function, std::string_view text);

// The value of one word. `param` may be nullptr: an unknown parameter.
Value word_value(const ParamInfo* param, std::string_view text);

// The parameter of that name or older spelling; nullptr: unknown name.
const ParamInfo* find_param(const Function& function, std::string_view name);

}  // namespace mega
