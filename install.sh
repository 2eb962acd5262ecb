#!/usr/bin/env bash
# Installs mega on a host, and builds, tests and measures this tree; `./install.sh help` lists all commands.
#
# A host needs only bash, coreutils, and this file with `mega` beside it. Building is meant for Debian 12 and assumes only
# bash, apt and coreutils: missing packages are installed first, as root or through sudo, without a question.
# Prints each step that it performs, and nothing for steps that are done already.
set -euo pipefail
called_in=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

build_packages=(
  g++ cmake ninja-build ccache
  libasio-dev libc-ares-dev libcli11-dev libfmt-dev libidn2-dev libsqlite3-dev libssl-dev
  libunistring-dev rapidjson-dev
)
test_packages=(
  libgtest-dev libgmock-dev openssl python3 git mold shellcheck zsh fish mandoc mariadb-server-core tzdata libfaketime
  iproute2
  python3-aiosmtpd exim4-daemon-light dovecot-submissiond
  clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev
)
long_test_packages=(mmdebstrap systemd-container)
demo_packages=(python3)
# openssh-server: the benchmark runs its own sshd on a loopback port; Debian starts the default one, too.
bench_packages=(hyperfine openssl redis-server sqlite3 python3 swaks libnet-ssleay-perl clustershell pssh ansible-core openssh-server openssh-client)

usage() {
  cat <<'END'
usage: sudo bash install.sh [FLAG...]     install mega on this host, a newer one in place of an older
       ./install.sh COMMAND               in a checkout

  --server       this host runs the server, from now on
  --join TOKEN   this host joins a site as an agent and runs the daemon, from now on; every user of this host can see TOKEN in
                 the list of processes meanwhile: - takes it from standard input, @FILE from a file
  --uninstall    stop mega and remove it; what it has kept stays
  --purge        with --uninstall: what it has kept goes, too: settings, certificates, stores, scripts, logs
  --root DIR     into an image under DIR: nothing is started, and no user made

  build          build/mega: one static program, optimised and stripped; ends with the processor time of the build
  demo           build, then show the main job on a server of its own; leaves nothing behind
  test           build for release, with ASan and UBSan, with TSan and with libFuzzer, and run all tests;
                 clang-tidy on what changed; ends with ctest's summary and the processor time of each stage
  test --long    the same with clang-tidy on everything, long fuzzing, many more rounds, and a real systemd
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
  # Fetch the package lists only when they are absent or old.
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

# compile FOLDER [TARGET...]: prints every step on a terminal, else every 50th; always warnings and errors.
compile() {
  local folder=$1
  shift
  if [ -t 1 ]; then
    ninja -C "$folder" "$@"
  else
    ninja -C "$folder" "$@" | awk '!/^\[/ || ++steps % 50 == 0 { print; fflush() }'
  fi || die "the build in $folder failed"
}

# Sets `ticks`: the processor time (user and system, 100 a second) of all commands that this script has run so far.
read_ticks() {
  local stat
  read -r stat <"/proc/$$/stat"
  read -ra stat <<<"${stat##*) }"
  ticks=$((stat[13] + stat[14]))
}

# stage NAME COMMAND [ARGUMENT...]: runs the command and records its processor time for print_costs.
stages=()
stage() {
  local name=$1 ticks begin
  read_ticks
  begin=$ticks
  shift
  "$@"
  read_ticks
  stages+=("$name $((ticks - begin))")
}

# Prints a table of the stages: processor time, also in units of one compilation of third_party/fmt.cc, which is measured
# here to make machines comparable. Hits of ccache cost nearly nothing: set CCACHE_DISABLE=1 for the full cost.
print_costs() {
  stage fmt.cc env CCACHE_DISABLE=1 g++ -std=c++20 -O2 -c third_party/fmt.cc -o /dev/null
  say "Processor time"
  printf '%s\n' "${stages[@]}" | awk '
    { name[NR] = $1; seconds[NR] = $2 / 100 }
    END { for (i = 1; i <= NR; ++i) printf "%-10s %8.1f s %8.1f units\n", name[i], seconds[i], seconds[i] / seconds[NR] }'
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

# Writes the list for one ctest over all builds: their own lists of tests, and the checks of the tree itself.
write_check_list() {
  local tidy=$1 here=$PWD build
  mkdir -p build/check
  {
    for build in "${tested_builds[@]}"; do echo "subdirs(\"$here/build/$build\")"; done
    echo "add_test(release.install \"$here/tests/install.sh\" \"$here/build/mega\")"
    echo "add_test(release.static_program \"$here/tests/static_program.sh\" \"$here/build/mega\")"
    if [ "$tidy" = all ]; then
      echo "add_test(release.systemd \"$here/tests/systemd.sh\" \"$here/build/mega\")"
    fi
    echo "add_test(lint.format \"$here/tests/lint/format.sh\")"
    echo "add_test(lint.shell \"$here/tests/lint/shell.sh\")"
    echo "add_test(lint.tidy \"$here/tests/lint/tidy.sh\" \"$here/build/tidy\" $tidy)"
    echo "set_tests_properties(lint.tidy PROPERTIES PROCESSORS $(nproc) TIMEOUT 14400)"
  } >build/check/CTestTestfile.cmake
}

build_asan() {
  say "Building everything with ASan and UBSan"
  configure build/asan -DMEGA_SANITIZE=address -DMEGA_RELEASE_BINARY="$PWD/build/mega" \
    -DMEGA_TSAN_BINARY="$PWD/build/tsan/mega"
  compile build/asan
}

build_tsan() {
  say "Building with TSan what has threads"
  configure build/tsan -DMEGA_SANITIZE=thread
  compile build/tsan
}

build_fuzzers() {
  say "Building the fuzzers"
  configure build/fuzz -DMEGA_SANITIZE=fuzzer -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14
  compile build/fuzz
}

# A capability leaves with its folders: the rest builds and passes its tests.
build_without() {
  say "Building without a module"
  configure build/without -DCMAKE_BUILD_TYPE=Debug -DMEGA_WITHOUT=slowlog
  compile build/without mega mega_tests
}

run_ctest() {
  tests_failed=0
  # Root can do all that tests need; what another user cannot do is skipped.
  if [ "$(id -u)" = 0 ]; then export MEGA_TEST_SKIPS=fail; fi
  ctest --test-dir build/check --output-on-failure --parallel "$(nproc)" || tests_failed=$?
}

run_tests() {
  local tidy="changed 200" fuzz_seconds=5 tested_builds=(asan tsan fuzz)
  if [ $# -gt 0 ]; then
    [ "$*" = --long ] || die "test takes --long or nothing, not: $*"
    tidy=all fuzz_seconds=600
    export MEGA_TEST_LONG=1
    tested_builds+=(without)
    test_packages+=("${long_test_packages[@]}")
  fi
  export MEGA_TEST_FUZZ_SECONDS=${MEGA_TEST_FUZZ_SECONDS:-$fuzz_seconds}
  install_packages "${build_packages[@]}" "${test_packages[@]}"
  stage release build_release
  stage asan build_asan
  stage tsan build_tsan
  stage fuzzers build_fuzzers
  [ "$tidy" != all ] || stage without build_without
  configure build/tidy -DCMAKE_BUILD_TYPE=Debug -DMEGA_PCH=OFF -DCMAKE_C_COMPILER=clang-14 \
    -DCMAKE_CXX_COMPILER=clang++-14

  say "Running all tests"
  write_check_list "$tidy"
  stage tests run_ctest
  print_costs
  return "$tests_failed"
}

# --- On a host ---

# Sets `place`: the path of FILE under $root without links. Links are followed as a process of the image would follow them,
# an absolute one from $root on, so that no link of an image leads out of it.
locate() {
  local rest=$1 part target links=0
  place=$root
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
    case $part in
      '' | .) ;;
      ..) [ "$place" = "$root" ] || place=${place%/*} ;;
      *)
        if [ -L "$place/$part" ]; then
          links=$((links + 1))
          [ "$links" -le 40 ] || die "too many links at $place/$part"
          target=$(readlink "$place/$part")
          case $target in /*) place=$root ;; esac
          rest=$target/$rest
        else
          place=$place/$part
        fi
        ;;
    esac
  done
}

# write FILE MODE: replaces FILE atomically by standard input, unless it has that content already. A link stays, and the
# file that it leads to is replaced.
write() {
  local place file new
  locate "$1"
  file=$place
  mkdir -p "$(dirname "$file")"
  new=$(mktemp "$file.XXXXXX")
  cat >"$new"
  chmod "$2" "$new"
  if cmp -s "$new" "$file"; then
    rm -f "$new"
  else
    mv -f "$new" "$file"
  fi
}

# remove FILE...: also a folder, and both a link and what it leads to.
remove() {
  local place file
  for file in "$@"; do
    locate "$file"
    rm -rf "$place"
    locate "$(dirname "$file")"
    rm -f "$place/$(basename "$file")"
  done
}

# True when there is a regular FILE.
has() {
  local place
  locate "$1"
  [ -f "$place" ]
}

server_unit() {
  cat <<'END'
[Unit]
Description=mega server
Documentation=man:mega-server(1)
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
ExecStart=/usr/local/bin/mega server
ExecReload=/bin/kill -HUP $MAINPID
User=mega
StateDirectory=mega/server
StateDirectoryMode=0700
LogsDirectory=mega/server
LogsDirectoryMode=0750
# At start a large store may need a migration; at stop the server answers the calls under way.
TimeoutStartSec=600
TimeoutStopSec=660
WatchdogSec=60
Restart=on-failure
LimitNOFILE=65536
LimitCORE=0
NoNewPrivileges=yes
ProtectSystem=full
ProtectHome=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
PrivateDevices=yes
PrivateTmp=yes
RestrictSUIDSGID=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
END
}

daemon_unit() {
  cat <<'END'
[Unit]
Description=mega daemon
Documentation=man:mega-daemon(1)
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
ExecStart=/usr/local/bin/mega daemon --foreground
ExecReload=/bin/kill -HUP $MAINPID
WatchdogSec=60
Restart=on-failure
# 2: an error in the settings, 6: this host has not joined. A restart fixes neither.
RestartPreventExitStatus=2 6
# The daemon ends its scripts; a database that a script has started goes on.
KillMode=process
# Each script gets a cgroup of its own, which the daemon can end at once.
Delegate=yes

[Install]
WantedBy=multi-user.target
END
}

# For hosts without systemd.
init_script() {
  cat <<'END'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          mega-daemon
# Required-Start:    $network $remote_fs
# Required-Stop:     $network $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: mega daemon
### END INIT INFO
case $1 in
  start | stop | restart | status) exec /usr/local/bin/mega daemon "$1" ;;
  *) echo "usage: $0 start|stop|restart|status" >&2; exit 2 ;;
esac
END
}

services=(mega-server mega-daemon)
program=/usr/local/bin/mega
man_folder=/usr/local/share/man/man1
completion_file=/usr/share/bash-completion/completions/mega
kept=(/etc/mega /var/lib/mega /var/log/mega)

# True when this system, not an image, runs systemd.
has_systemd() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

need_root() {
  [ -n "$root" ] || [ "$(id -u)" = 0 ] || die "needs root: sudo bash install.sh; ./install.sh help lists what does not"
}

# Sets `built`: the program beside this file (a release), else that of this checkout.
find_program() {
  built=$PWD/mega
  if [ ! -f "$built" ]; then
    [ -f CMakeLists.txt ] || die "there is no mega beside install.sh"
    [ -f build/mega ] || build_release
    built=$PWD/build/mega
  fi
  "$built" --version >/dev/null || die "$built does not run on this host"
}

install_manuals() {
  local command
  "$built" help --man | write "$man_folder/mega.1" 644
  for command in $("$built" help | awk '/^Commands/ { on = 1; next } /^$/ { on = 0 } on { print $1 }'); do
    "$built" help --man "$command" | write "$man_folder/mega-$command.1" 644
  done
}

install_services() {
  if [ -n "$root" ] || has_systemd; then
    server_unit | write /etc/systemd/system/mega-server.service 644
    daemon_unit | write /etc/systemd/system/mega-daemon.service 644
  elif [ -d /etc/init.d ]; then
    init_script | write /etc/init.d/mega-daemon 755
  fi
  ! has_systemd || systemctl daemon-reload
}

make_user() {
  [ -z "$root" ] && ! id mega >/dev/null 2>&1 || return 0
  say "Making the system user mega, for the server"
  if command -v useradd >/dev/null; then
    useradd --system --home-dir /var/lib/mega --shell /usr/sbin/nologin mega
  else
    adduser -S -D -H -h /var/lib/mega -s /sbin/nologin mega
  fi
}

# Without systemd the administrator has to start the server, because it stays in the foreground.
start_service() {
  if has_systemd; then
    systemctl enable --quiet --now "$1"
  elif [ -x "/etc/init.d/$1" ]; then
    ! command -v update-rc.d >/dev/null || update-rc.d "$1" defaults
    "/etc/init.d/$1" start
  else
    say "There is no systemd: have \`mega server\` started by what starts services here"
    return
  fi
  say "$1 runs"
}

# Restarts running services with the installed program.
restart_services() {
  if has_systemd; then
    systemctl try-restart "${services[@]}"
  elif [ -z "$root" ] && "$program" daemon status >/dev/null 2>&1; then
    "$program" daemon restart
  fi
}

# Sets `token` by the value of --join.
read_token() {
  case $1 in
    -) token=$(cat) ;;
    @*) token=$(cd "$called_in" && cat -- "${1#@}") || die "there is no token in ${1#@}" ;;
    *) token=$1 ;;
  esac
  [ -n "$token" ] || die "--join got no token"
}

join_site() {
  if [ -f /etc/mega/tls/certificate.pem ]; then
    say "This host has joined a site already"
  else
    "$program" join - <<<"$1"
  fi
}

install_here() {
  local run_server=$1 token=$2 is_new='' place
  need_root
  find_program
  make_user
  locate "$program"
  cmp -s "$built" "$place" || is_new=yes
  write "$program" 755 <"$built"
  locate /var/lib/mega/scripts
  mkdir -p "$place"
  has /etc/mega/mega.conf || "$built" config example | write /etc/mega/mega.conf 644
  install_manuals
  "$built" completion bash | write "$completion_file" 644
  install_services
  [ -z "$is_new" ] || restart_services

  [ -z "$run_server" ] || start_service mega-server
  if [ -n "$token" ]; then
    join_site "$token"
    start_service mega-daemon
  fi
  say "$("$built" --version) is installed: $root$program"
  [ -n "$root$run_server$token" ] || say "Next: install.sh --server on one host, install.sh --join TOKEN on the others"
}

uninstall_here() {
  local purge=$1 service place
  need_root
  for service in "${services[@]}"; do
    ! has_systemd || systemctl disable --quiet --now "$service" 2>/dev/null || true
  done
  if [ -z "$root" ] && [ -x "$program" ]; then "$program" daemon stop >/dev/null 2>&1 || true; fi
  if [ -z "$root" ] && command -v update-rc.d >/dev/null; then update-rc.d -f mega-daemon remove; fi
  remove /etc/init.d/mega-daemon /etc/systemd/system/mega-server.service /etc/systemd/system/mega-daemon.service \
    "$program" "$completion_file"
  locate "$man_folder"
  rm -f "$place/mega.1" "$place"/mega-*.1
  ! has_systemd || systemctl daemon-reload
  if [ -n "$purge" ]; then
    remove "${kept[@]}"
    if [ -z "$root" ] && id mega >/dev/null 2>&1; then userdel mega || deluser mega; fi
    say "mega is gone from this host"
  else
    say "mega is gone; what it has kept is still in ${kept[*]}"
  fi
}

host_command() {
  local run_server='' token='' uninstall='' purge='' value
  root=''
  while [ $# -gt 0 ]; do
    case $1 in
      --server) run_server=yes ;;
      --uninstall) uninstall=yes ;;
      --purge) purge=yes ;;
      --join | --root)
        value=${2:-}
        [ -n "$value" ] || die "$1 needs a value; ./install.sh help tells which"
        if [ "$1" = --join ]; then read_token "$value"; else root=$(cd "$called_in" && realpath -m "$value"); fi
        shift
        ;;
      *) die "there is no flag '$1'; ./install.sh help lists them" ;;
    esac
    shift
  done
  [ -z "$root" ] || [ -z "$run_server$token" ] || die "--root starts nothing: without --server and --join"
  [ "$root" != / ] || die "--root takes the folder of an image, not this system"
  [ -z "$purge" ] || [ -n "$uninstall" ] || die "--purge goes with --uninstall"
  if [ -n "$uninstall" ]; then
    [ -z "$run_server$token" ] || die "--uninstall goes without --server and --join"
    uninstall_here "$purge"
  else
    install_here "$run_server" "$token"
  fi
}

case ${1:-} in '' | --root | --server | --join | --uninstall | --purge)
  host_command "$@"
  exit
  ;;
esac
command=$1
shift
case $command in
  test) run_tests "$@" ;;
  build | demo | bench)
    [ $# -eq 0 ] || die "$command takes no argument: $1"
    case $command in
      build)
        stage release build_release
        print_costs
        ;;
      demo) run_demo ;;
      bench) run_bench ;;
    esac
    ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    die "there is no command '$command'"
    ;;
esac
