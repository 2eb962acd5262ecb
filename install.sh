#!/usr/bin/env bash
# One command for each thing that one does with this tree; `./install.sh` alone lists them.
#
# Meant for Debian 12, of which only bash, apt and coreutils are assumed: missing packages are installed first, as root or
# through sudo, without a question. Says what it does, and nothing about what is done already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

build_packages=(
  g++ cmake ninja-build ccache
  libasio-dev libc-ares-dev libcli11-dev libexpected-dev libfmt-dev libsqlite3-dev libssl-dev
  rapidjson-dev
)
test_packages=(
  libgtest-dev libgmock-dev openssl python3 git mold shellcheck zsh fish mandoc mariadb-server-core tzdata libfaketime
  iproute2
  python3-aiosmtpd exim4-daemon-light dovecot-submissiond
  clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev
)
demo_packages=(python3)
# openssh-server for a sshd of the benchmark's own, on a loopback port; Debian starts its usual one, too.
bench_packages=(hyperfine openssl redis-server python3 swaks libnet-ssleay-perl clustershell pssh ansible-core openssh-server openssh-client)

usage() {
  cat <<'END'
usage: ./install.sh COMMAND

  build          build/mega: one static program, optimised and stripped
  demo           build, then show the main job on a server of its own; leaves nothing behind
  test           build for release, with ASan and UBSan, with TSan and with libFuzzer, and run all tests;
                 clang-tidy on what changed; ends with ctest's summary
  test --long    the same with clang-tidy on everything, long fuzzing and many more rounds
  bench          build, then measure against redis, openssl, ssh and others; ends with a table of ratios

Each installs the Debian packages that it needs and that are missing.
END
}

say() { printf '\n== %s\n' "$*"; }

die() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

# Runs a command and shows its output only when it fails.
quietly() {
  local log
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    tail -n 40 "$log" >&2
    rm -f "$log"
    return 1
  fi
}

# Waits for a running apt-get; starts no service that a package brings along.
apt_get() {
  quietly "${become_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get -y -q -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() {
  local package missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local by_hand="as root: apt-get install ${missing[*]}"
  command -v apt-get >/dev/null || die "needs the packages ${missing[*]}, and there is no apt-get to install them"
  become_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "missing packages, and neither root nor sudo; $by_hand"
    sudo -n true 2>/dev/null || die "missing packages, and sudo wants a password; $by_hand"
    become_root=(sudo -n)
  fi
  say "Installing ${missing[*]}"
  # The lists of packages may be absent or old: then, and only then, they are fetched.
  apt_get install --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && return
  apt_get update || apt_get update || die "apt-get update failed; $by_hand"
  apt_get install --no-install-recommends "${missing[@]}" || die "apt-get failed; $by_hand"
}

# configure FOLDER [CMAKE ARGUMENT...]
configure() {
  local folder=$1
  shift
  quietly cmake -S . -B "$folder" -G Ninja "$@" || die "cmake failed in $folder"
}

# compile FOLDER [TARGET...]: every step on a terminal, now and then one elsewhere; warnings and errors always.
compile() {
  local folder=$1
  shift
  if [ -t 1 ]; then
    ninja -C "$folder" "$@"
  else
    ninja -C "$folder" "$@" | awk '!/^\[/ || ++steps % 50 == 0 { print; fflush() }'
  fi || die "the build in $folder failed"
}

build_release() {
  install_packages "${build_packages[@]}"
  say "Building build/mega"
  configure build -DCMAKE_BUILD_TYPE=Release -DMEGA_TESTS=OFF
  compile build mega
}

run_demo() {
  install_packages "${demo_packages[@]}"
  build_release
  docs/examples/demo.sh build/mega
}

run_bench() {
  install_packages "${bench_packages[@]}" "${test_packages[@]}"
  build_release
  say "Building the load generators"
  configure build/bench -DCMAKE_BUILD_TYPE=Release
  compile build/bench mega_load mega_agents
  /usr/bin/python3 tests/bench/bench.py build/mega build/bench/mega_load build/bench/mega_agents
}

# One ctest over all builds: their own lists of tests, and what is checked about the tree itself.
write_check_list() {
  local tidy=$1 here=$PWD build
  mkdir -p build/check
  {
    for build in asan tsan fuzz; do echo "subdirs(\"$here/build/$build\")"; done
    echo "add_test(release.static_program \"$here/tests/static_program.sh\" \"$here/build/mega\")"
    echo "add_test(lint.format \"$here/tests/lint/format.sh\")"
    echo "add_test(lint.shell \"$here/tests/lint/shell.sh\")"
    echo "add_test(lint.tidy \"$here/tests/lint/tidy.sh\" \"$here/build/tidy\" $tidy)"
    echo "set_tests_properties(lint.tidy PROPERTIES PROCESSORS $(nproc) TIMEOUT 14400)"
  } >build/check/CTestTestfile.cmake
}

run_tests() {
  local tidy="changed 200" fuzz_seconds=5
  if [ $# -gt 0 ]; then
    [ "$*" = --long ] || die "test takes --long or nothing, not: $*"
    tidy=all fuzz_seconds=600
    export MEGA_TEST_LONG=1
  fi
  export MEGA_TEST_FUZZ_SECONDS=${MEGA_TEST_FUZZ_SECONDS:-$fuzz_seconds}
  install_packages "${build_packages[@]}" "${test_packages[@]}"
  build_release
  say "Building everything with ASan and UBSan"
  configure build/asan -DMEGA_SANITIZE=address -DMEGA_RELEASE_BINARY="$PWD/build/mega"
  compile build/asan
  say "Building with TSan what has threads"
  configure build/tsan -DMEGA_SANITIZE=thread
  compile build/tsan
  say "Building the fuzzers"
  configure build/fuzz -DMEGA_SANITIZE=fuzzer -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14
  compile build/fuzz
  configure build/tidy -DCMAKE_BUILD_TYPE=Debug -DMEGA_PCH=OFF -DCMAKE_C_COMPILER=clang-14 \
    -DCMAKE_CXX_COMPILER=clang++-14

  say "Running all tests"
  write_check_list "$tidy"
  ctest --test-dir build/check --output-on-failure --parallel "$(nproc)"
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  test) run_tests "$@" ;;
  build | demo | bench)
    [ $# -eq 0 ] || die "$command takes no argument: $1"
    case $command in
      build) build_release ;;
      demo) run_demo ;;
      bench) run_bench ;;
    esac
    ;;
  help | -h | --help) usage ;;
  '')
    usage >&2
    exit 2
    ;;
  *)
    usage >&2
    die "there is no command '$command'"
    ;;
esac
