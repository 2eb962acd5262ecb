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

for words in --purge --root '--root /' '--root x --server' '--join' '--uninstall --server' --bogus; do
  # shellcheck disable=SC2086 # several words
  ! install_sh $words >/dev/null 2>&1 || fail "takes $words"
done
[ ! -e "$image/usr/local/bin/mega" ] || fail 'a refused command did something'
rm "$work/handed_out/mega"
! message=$(install_sh --root "$image" 2>&1) || fail 'installs nothing at all'
[[ $message == *"there is no mega beside install.sh"* ]] || fail "says: $message"
echo 'install.sh: all was as it should be'
