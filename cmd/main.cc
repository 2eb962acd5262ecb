// The mega binary: runs one command and turns its Result into the exit code.
#include "base/process.h"
#include "cmd/command_line.h"
#include "cmd/output.h"
#include "trust/crypto.h"
#include "trust/token.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string_view>

namespace {

// Overwrites join tokens among the arguments, which every user of the host can read in the list of
// processes.
void hide_tokens(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::size_t bytes = std::strlen(argv[i]);
    if (std::string_view(argv[i]).starts_with(mega::token_prefix)) std::memset(argv[i], '*', bytes);
  }
}

mega::Result<void> run(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  hide_tokens(argc, argv);
  if (const auto done = mega::run_command_line(words); !done) return done;
  return mega::flush_output();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {  // before any setup
    return std::puts("mega " MEGA_VERSION) < 0 || std::fflush(stdout) != 0 ? 1 : 0;
  }
  mega::ignore_host_openssl_configuration();
  mega::hold_standard_descriptors();
  mega::leave_no_core();
  // A write to a closed pipe or socket returns an error instead of killing the process.
  std::signal(SIGPIPE, SIG_IGN);
  const auto done = run(argc, argv);
  if (done) return 0;
  mega::print_error(done.error());
  return mega::exit_code(done.error().code);
} catch (const std::exception& e) {
  mega::print_error({mega::Errc::internal, fmt::format("internal error: {}", e.what())});
  return mega::exit_code(mega::Errc::internal);
}
