#include "tasks/agent/script_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "tasks/agent/after_fork.h"
#include "tasks/agent/supervise.h"
#include "trust/crypto.h"

namespace mega {
namespace {

auto lacking(std::string_view what) { return fail(system_error("start", what, errno)); }

struct Pipe {
  Descriptor reader, writer;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return lacking("a script (pipe)");
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return pipe;
}

Result<Pipe> make_control() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return lacking("a script (socket)");
  }
  Pipe pair{Descriptor(ends[0]), Descriptor(ends[1])};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return pair;
}

// An anonymous file in memory: the daemon need not feed the script while it runs, and a secret
// input is never on disk.
Result<Descriptor> make_input(const std::optional<std::string>& input) {
  if (!input) {
    Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing) return lacking("a script (/dev/null)");
    return nothing;
  }
  Descriptor file(::memfd_create("input", MFD_CLOEXEC));
  if (!file) return lacking("a script (input)");
  for (std::string_view rest = *input; !rest.empty();) {
    const ssize_t written = ::write(*file, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return lacking("a script (input)");
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(*file, 0, SEEK_SET);
  return file;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

constexpr const char* shell = "/bin/sh";

// The arguments with which the shell runs the plan's program.
std::vector<std::string> shell_arguments(const ScriptPlan& plan) {
  if (!plan.sh_for_plain_text || plan.arguments.empty()) return {};
  std::vector<std::string> arguments = {shell, plan.program};
  arguments.insert(arguments.end(), plan.arguments.begin() + 1, plan.arguments.end());
  return arguments;
}

}  // namespace

Result<ScriptProcess> start_script(const ScriptPlan& plan) {
  auto input = make_input(plan.input);
  if (!input) return fail(input.error());
  auto output = make_pipe();
  if (!output) return fail(output.error());
  auto errors = plan.merged ? Result<Pipe>(Pipe{}) : make_pipe();
  if (!errors) return fail(errors.error());
  auto control = make_control();
  if (!control) return fail(control.error());

  const auto arguments = pointers_to(plan.arguments);
  const auto by_shell = shell_arguments(plan);
  const auto shell_pointers = pointers_to(by_shell);
  const auto environment = pointers_to(plan.environment);
  const std::string cgroup =
      plan.cgroup.empty() ? ""
                          : fmt::format("{}/mega-task-{}", plan.cgroup, to_hex(random_bytes(8)));
  const Account account = plan.account.value_or(Account{});
  const ScriptImage image{
      .program = plan.program.c_str(),
      .arguments = arguments.data(),
      .shell = plan.sh_for_plain_text ? shell : nullptr,
      .shell_arguments = shell_pointers.data(),
      .environment = environment.data(),
      .folder = plan.folder.c_str(),
      .change_user = plan.account.has_value(),
      .uid = account.uid,
      .gid = account.gid,
      .groups = account.groups.data(),
      .group_count = account.groups.size(),
      .nice = plan.nice,
      .cgroup = cgroup.empty() ? nullptr : cgroup.c_str(),
      .processes_max = plan.processes_max,
      .standard = {**input, *output->writer, plan.merged ? *output->writer : *errors->writer},
      .control = *control->writer,
      .grace_ms = static_cast<int>(plan.grace.count())};
  const pid_t supervisor = fork_without_signals();
  if (supervisor == 0) supervise(image);
  if (supervisor < 0) return lacking("a script (fork)");
  return ScriptProcess{supervisor, std::move(control->reader), std::move(output->reader),
                       std::move(errors->reader)};
}

}  // namespace mega
