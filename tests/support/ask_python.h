// Compares with Python: runs a Python program of the tests that reads questions from one file, one
// per line, and writes the answers to another. Without /usr/bin/python3 the tests fail.
#pragma once

#include "tests/support/scratch.h"

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace mega {

// Returns one answer for each question. `script`: a path from the root of the tree.
inline std::vector<std::string> ask_python(std::string script,
                                           const std::vector<std::string>& questions) {
  const Scratch folder;
  std::string asked = folder / "questions", answered = folder / "answers";
  {
    std::ofstream file(asked);
    for (const auto& question : questions) file << question << '\n';
  }
  std::string program = "/usr/bin/python3", isolated = "-I";
  script.insert(0, MEGA_SOURCE_DIR "/");
  char* const arguments[] = {program.data(), isolated.data(), script.data(),
                             asked.data(),   answered.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ);
  if (error != 0) {
    ADD_FAILURE() << program << " does not start: " << std::generic_category().message(error);
    return {};
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "the oracle broke";
  std::vector<std::string> answers;
  std::ifstream file(answered);
  for (std::string line; std::getline(file, line);) answers.push_back(line);
  EXPECT_EQ(answers.size(), questions.size());
  answers.resize(questions.size());
  return answers;
}

}  // namespace mega
