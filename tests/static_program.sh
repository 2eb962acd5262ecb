#!/usr/bin/env bash
# static_program.sh MEGA
#
# Fails unless the release binary can be copied to any host: fully static, stripped, at most 12 MB.
set -euo pipefail
mega=$1
bytes_max=12000000

die() { echo "$mega: $*" >&2; exit 1; }

segments=$(readelf -lW "$mega")
! grep -qE 'INTERP|DYNAMIC' <<<"$segments" || die "is not fully static: $segments"
grep -q GNU_EH_FRAME <<<"$segments" || die "has no table for the unwinder, so that the first exception aborts"
! ldd "$mega" >/dev/null 2>&1 || die "ldd takes it for dynamic"
! readelf -SW "$mega" | grep -qE '\.(symtab|debug_info)' || die "is not stripped"
bytes=$(stat -c %s "$mega")
[ "$bytes" -le "$bytes_max" ] || die "has $bytes bytes, more than $bytes_max"
"$mega" --version
echo "$bytes bytes, static, stripped"
