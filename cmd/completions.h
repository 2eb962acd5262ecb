// Candidates for the word at the cursor of an incomplete command line. The scripts of `mega
// completion` ask for them, so that a shell offers exactly what this binary accepts.
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
  std::vector<Candidate> candidates;  // each begins with the typed part of the word
  bool files = false;                 // file names may stand here
  std::string files_behind{};         // the start of the word that is no part of the file name
};

// `words`: the command line without the program's name; the last one is the word at the cursor,
// empty when it has no characters yet.
Completion complete(const std::vector<std::string>& words);

// The completion script for a shell ("bash", "zsh", "fish"); empty for any other name.
std::string_view completion_script(std::string_view shell);

}  // namespace mega
