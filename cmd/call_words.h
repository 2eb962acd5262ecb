// ARGS of a call as people type them, in one of two forms:
//
//   the seed's   model='backup',stat=1      what stands between the parentheses of a call
//   words        model=backup stat=1        each NAME=VALUE; a value has the type of its parameter,
//                                           text stays as typed (version=10.10)
//
// Words are taken only when each is NAME=VALUE. A single argument that holds a comma or a quote is
// the seed's form.
#pragma once

#include "api/function.h"
#include "base/result.h"
#include "value/python.h"

#include <span>
#include <string>
#include <string_view>

namespace mega {

// From arguments that the shell has cut. `function` gives the words their types; nullptr: it is
// none of ours, and whole numbers and None, True and False are taken for what they look like.
// Errors: invalid_argument; a mistake in the seed's form with a caret under the place.
Result<CallArguments> arguments_from_words(const Function* function,
                                           std::span<const std::string> words);

// From one text: the rest of a batch line, a file. Words end at white space; a text with a quote is
// the seed's form.
Result<CallArguments> arguments_from_text(const Function* function, std::string_view text);

// The value of one word for a parameter of this kind.
Value word_value(const ParamInfo* param, std::string_view text);

// The parameter of that name or older spelling; nullptr: the function has none.
const ParamInfo* find_param(const Function& function, std::string_view name);

}  // namespace mega
