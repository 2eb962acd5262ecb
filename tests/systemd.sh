#!/usr/bin/env bash
# systemd.sh MEGA: tests an installation by install.sh under a real systemd, in a container with a network of its own.
#
# Server and daemon report when they are ready, report their status, are restarted when they are killed or freeze, reload,
# and stop; processes that a script has started go on, and the uninstallation leaves nothing behind. Needs root, mmdebstrap
# and systemd-nspawn; part of ./install.sh test --long.
set -euo pipefail
mega=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
root=$work/root
init='' nspawn=''
finish() {
  local code=$?
  [ -z "$init" ] || kill -s SIGRTMIN+4 "$init" 2>/dev/null || true # poweroff for systemd
  [ -z "$nspawn" ] || wait "$nspawn" || true
  [ $code = 0 ] || tail -n 20 "$work"/*.log
  rm -rf "$work"
  exit $code
}
trap finish EXIT

fail() {
  printf 'systemd.sh: %s\n' "$*" >&2
  exit 1
}

# inside COMMAND...: runs the command in the container.
inside() { nsenter -t "$init" -m -u -i -n -p -r -w -- "$@"; }

# await WHAT COMMAND...: waits until the command succeeds in the container.
await() {
  local what=$1 tries
  shift
  for ((tries = 0; tries < 300; ++tries)); do
    ! inside "$@" >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  inside journalctl --no-pager -n 40 >&2 || true
  fail "not so in 30 seconds: $what"
}

# property UNIT NAME
property() { inside systemctl show "$1" --property="$2" --value; }

# started_again UNIT FORMER_PID WHY: waits until the unit has another main process, which is ready.
started_again() {
  # shellcheck disable=SC2016 # expanded inside
  await "$1 is started again after $3" sh -c \
    'systemctl -q is-active "$0" && [ "$(systemctl show "$0" --property=MainPID --value)" != "$1" ]' "$1" "$2"
}

mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,procps bookworm "$root" >"$work/mmdebstrap.log" 2>&1
install -d "$root/opt/mega"
install "$mega" "$root/opt/mega/mega"
install install.sh "$root/opt/mega/install.sh"
for unit in server daemon; do
  install -d "$root/etc/systemd/system/mega-$unit.service.d"
  printf '[Service]\nWatchdogSec=3\n' >"$root/etc/systemd/system/mega-$unit.service.d/sooner.conf"
done
install -d "$root/var/lib/mega/scripts"
# Starts a process that must go on, like a script that starts a database.
cat >"$root/var/lib/mega/scripts/start_it.sh" <<'END'
setsid sleep 4711 </dev/null >/dev/null 2>&1 &
echo started
END

systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --private-network --boot \
  </dev/null >"$work/boot.log" 2>&1 &
nspawn=$!
for ((tries = 0; tries < 300; ++tries)); do
  init=$(pgrep --parent "$nspawn" | head -n 1) && [ -n "$init" ] && break
  sleep 0.1
done
await 'systemd has booted' systemctl is-system-running --wait

inside bash /opt/mega/install.sh --server
inside systemd-analyze --man=no verify mega-server.service mega-daemon.service
inside mega ping | grep -q 'knows you as root (admin)' || fail 'root is not admin'
[[ $(property mega-server StatusText) == *"tcp=127.0.0.1:1104"* ]] || fail 'the server tells no status'
inside bash /opt/mega/install.sh --join "$(inside mega server token --role agent --name db1)"
await 'the daemon tells its server' sh -c 'systemctl show mega-daemon --property=StatusText | grep -q "connected to 127.0.0.1:1104"'

pid=$(property mega-daemon MainPID)
inside mega run --on db1 start_it.sh | grep -q started || fail 'no script runs'
inside systemctl restart mega-daemon
inside pgrep --full 'sleep 4711' >/dev/null || fail 'what a script has started went with the daemon'
await 'the daemon is connected again' mega ping --agent db1
for unit in mega-server mega-daemon; do
  inside systemctl reload "$unit"
  await "$unit opens its log again" sh -c "journalctl -u $unit | grep -q 'log opened again'"
  for signal in KILL STOP; do
    pid=$(property "$unit" MainPID)
    inside kill -s "$signal" "$pid"
    started_again "$unit" "$pid" "SIG$signal"
  done
done
await 'the daemon is connected in the end' mega ping --agent db1

pid=$(property mega-server MainPID)
inside bash /opt/mega/install.sh >/dev/null
[ "$(property mega-server MainPID)" = "$pid" ] || fail 'the same program once more restarts the server'
printf x >>"$root/opt/mega/mega"
inside bash /opt/mega/install.sh >/dev/null
started_again mega-server "$pid" 'another program'
await 'the daemon is connected to the server of the other program' mega ping --agent db1

for unit in mega-daemon mega-server; do
  inside systemctl stop "$unit"
  [ "$(property "$unit" Result)" = success ] || fail "$unit ends with $(property "$unit" Result)"
done
inside bash /opt/mega/install.sh --uninstall --purge >/dev/null
left=$(find "$root"/{etc,usr,var} -path '*mega*' -not -path '*.service.d*')
[ -z "$left" ] || fail "is left behind: $left"
! inside id mega >/dev/null 2>&1 || fail 'the user mega is left behind'
echo 'systemd.sh: all was as it should be'
