#!/usr/bin/env bash
# Shows the main job of mega on a server of its own in a scratch folder: ./install.sh demo calls this with the binary.
# Prints each command before its output. Leaves nothing behind; exit code 0 when every command worked.
set -euo pipefail

mega=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
peer=$here/../../tests/support/legacy_peer.py
scratch=$(mktemp -d "${TMPDIR:-/tmp}/mega-demo.XXXXXX")
server=

stop_server() {
  [ -n "$server" ] || return 0
  kill -TERM "$server"
  local pid=$server
  server=
  wait "$pid"
}

clean_up() {
  stop_server || true
  rm -rf "$scratch"
}
trap clean_up EXIT

step() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
[ -t 1 ] || step() { printf '\n# %s\n' "$*"; }

# Prints a command as typed, then runs it.
run() {
  printf '$ %s\n' "$1"
  shift
  "$@"
}

export MEGA_DATA=$scratch/server PATH="$scratch/bin:$PATH"
mkdir "$scratch/bin" "$MEGA_DATA"
ln -s "$mega" "$scratch/bin/mega"
cd "$here"

step "A server on its embedded store, on a free port of the loopback interface"
echo '$ mega server --listen 127.0.0.1:0 &'
mkfifo "$scratch/ready"
mega server --listen 127.0.0.1:0 >"$scratch/ready" 2>"$scratch/server.log" &
server=$!
exec 3<"$scratch/ready"
IFS= read -r ready <&3 || { cat "$scratch/server.log" >&2; exit 1; }
echo "$ready"
port=${ready##*tcp=127.0.0.1:}
port=${port%% *}
run 'mega ping' mega ping

step "A fleet, loaded from a file of calls over one connection"
run 'grep -c ^add fleet.txt' grep -c ^add fleet.txt
run 'mega call --batch fleet.txt | sort | uniq -c' bash -o pipefail -c 'mega call --batch fleet.txt | sort | uniq -c'

step "The call of the seed, as a table, as JSON, and as the Python literal that scripts of 2014 expect"
run "mega call get_all_instance \"model='backup',stat=1\" -o table" mega call get_all_instance "model='backup',stat=1" -o table
run "mega call get_all_instance \"model='backup',stat=1,count=1\" -o json" mega call get_all_instance "model='backup',stat=1,count=1" -o json
run "mega call get_all_instance \"model='backup',stat=1,count=1\" -o python" mega call get_all_instance "model='backup',stat=1,count=1" -o python

step "The same call by a caller of 2014, over the old wire"
run "legacy_peer.py call 127.0.0.1 $port get_all_instance \"model='backup',stat=1,count=1\"" \
  /usr/bin/python3 "$peer" call 127.0.0.1 "$port" get_all_instance "model='backup',stat=1,count=1"

step "A search over the inventory"
run 'mega inventory search "role=slave and cluster=orders"' mega inventory search "role=slave and cluster=orders"

step "A change, seen; a deletion that keeps the history; one that is refused"
run 'mega call mod_instance ip=10.20.0.12 port=3306 instance_version=10.11.9-MariaDB' mega call mod_instance ip=10.20.0.12 port=3306 instance_version=10.11.9-MariaDB
run 'mega call get_instance ip=10.20.0.12 -o yaml' mega call get_instance ip=10.20.0.12 -o yaml
run 'mega call del_instance ip=10.20.0.12 port=3306' mega call del_instance ip=10.20.0.12 port=3306
run 'mega call get_all_instance stat=2 -o csv' mega call get_all_instance stat=2 -o csv
echo '$ mega call del_instance ip=10.20.0.11 port=3306'
refused=0
mega call del_instance ip=10.20.0.11 port=3306 2>&1 || refused=$?
echo "exit code $refused"
[ "$refused" = 5 ]

step "A backup of all that the server keeps, taken while it runs; then the server is stopped"
run 'mega server backup fleet.backup' mega server backup "$scratch/fleet.backup"
echo "\$ kill -TERM $server"
stop_server
echo "the server has stopped with exit code 0"
