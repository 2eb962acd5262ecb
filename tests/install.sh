#!/usr/bin/env bash
# install.sh MEGA: tests installing into an image and removing again by ../install.sh; tests/systemd.sh tests a running host.
set -euo pipefail
mega=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
image=$work/image

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}
state() { find "$image" -type f -printf '%P %m %s %T@ %i\n' | sort; }
install_sh() { bash "$work/handed_out/install.sh" "$@"; }

# A release: the two files, and nothing of a checkout.
mkdir "$work/handed_out"
cp install.sh "$mega" "$work/handed_out/"

install_sh --root "$image" >/dev/null
[ "$("$image/usr/local/bin/mega" --version)" = "$("$mega" --version)" ] || fail 'another program'
"$image/usr/local/bin/mega" --config "$image/etc/mega/mega.conf" config >/dev/null || fail 'mega does not take its settings'
mandoc -T lint -W error "$image"/usr/local/share/man/man1/*.1 || fail 'manuals that mandoc does not take'
for unit in server daemon; do
  [ -s "$image/etc/systemd/system/mega-$unit.service" ] || fail "no unit of the $unit"
done

echo 'keepalive = "1m"' >>"$image/etc/mega/mega.conf"
before=$(state)
install_sh --root "$image" >/dev/null
[ "$(state)" = "$before" ] || fail "a second time it changes something: $(diff <(echo "$before") <(state))"

install_sh --root "$image" --uninstall >/dev/null
[ "$(state | cut -d' ' -f1)" = etc/mega/mega.conf ] || fail "is left behind: $(state)"
install_sh --root "$image" --uninstall --purge >/dev/null
[ -z "$(state)" ] || fail "is left behind after --purge: $(state)"

# Links of an image, absolute or not, lead to no place outside of it; and they stay links.
outside=$work/outside
mkdir -p "$outside/systemd" "$outside/state/mega/server" "$outside/bin"
echo kept | tee "$outside/state/mega/server/mega.db" >"$outside/bin/mega"
outside_state() { find "$outside" -printf '%P %m %s %T@\n' | sort; }
kept=$(outside_state)
linked=$work/linked
mkdir -p "$linked/etc/systemd" "$linked/var" "$linked/usr/local/bin" "$linked/opt"
ln -s "$outside/systemd" "$linked/etc/systemd/system"
ln -s ../../outside/state "$linked/var/lib"
ln -s "$outside/bin/mega" "$linked/usr/local/bin/mega"
install_sh --root "$linked" >/dev/null
[ -s "$linked$outside/systemd/mega-server.service" ] || fail 'an absolute link does not begin at the root of the image'
[ -d "$linked/outside/state/mega/scripts" ] || fail 'a relative link leaves the image'
[ -L "$linked/usr/local/bin/mega" ] || fail 'the link of the program is replaced'
[ -x "$linked$outside/bin/mega" ] || fail 'the program is not where its link leads'
install_sh --root "$linked" --uninstall --purge >/dev/null
[ "$(outside_state)" = "$kept" ] || fail "changed outside of the image: $(diff <(echo "$kept") <(outside_state))"
[ -z "$(find "$linked" -name '*mega*' ! -type d)" ] || fail "is left behind: $(find "$linked" -name '*mega*')"

for words in --purge --root '--root /' '--root x --server' '--join' '--uninstall --server' --bogus; do
  # shellcheck disable=SC2086 # several words
  ! install_sh $words >/dev/null 2>&1 || fail "takes $words"
done
[ ! -e "$image/usr/local/bin/mega" ] || fail 'a refused command did something'
rm "$work/handed_out/mega"
! message=$(install_sh --root "$image" 2>&1) || fail 'installs nothing at all'
[[ $message == *"there is no mega beside install.sh"* ]] || fail "says: $message"
echo 'install.sh: all was as it should be'
