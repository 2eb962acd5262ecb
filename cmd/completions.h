// What may stand at the cursor of a half-typed command line. The scripts of `mega completion` ask
// for it, so that what a shell offers is what this binary takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct Candidate {
  std::string text;
  std::string about;  // a few words, may be empty
};

struct Completion {
  std::vector<Candidate> candidates;  // all begin with what is typed of the word
  bool files = false;                 // names of files may stand here
};

// `words`: the command line without the program's name; the last one is the word at the cursor,
// empty when nothing of it is typed.
Completion complete(const std::vector<std::string>& words);

// The script that teaches a shell ("bash", "zsh", "fish"); empty for any other name.
std::string_view completion_script(std::string_view shell);

}  // namespace mega
