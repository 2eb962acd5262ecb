#!/usr/bin/env bash
# tidy.sh BUILD changed|all [SECONDS]
#
# Runs clang-tidy on the sources that changed since origin/main (or since the last commit, when that is origin/main),
# or on all. BUILD is a folder configured for clang:
#
#   CC=clang-14 CXX=clang++-14 cmake -B build/tidy -G Ninja -DCMAKE_BUILD_TYPE=Debug -DMEGA_PCH=OFF
#   clang-tidy-14 -p build/tidy src/base/text.cc
#
# Starts no file after SECONDS; prints the remaining files, which are no failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1 which=$2 seconds=${3:-86400}

# A header is checked through its own source, or through the first source that includes it.
sources_of() {
  local file=$1
  case $file in
    *.cc) echo "$file" ;;
    *.h)
      if [ -f "${file%.h}.cc" ]; then
        echo "${file%.h}.cc"
      else
        grep -rl --include='*.cc' "#include \"${file#src/}\"" src cmd tests | sort | head -n 1 || true
      fi
      ;;
  esac
}

changed_files() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null) || base=
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    base=$(git rev-parse --verify -q HEAD~1) || { git ls-files; return; }
  fi
  git diff --name-only --diff-filter=d "$base"
  git ls-files --others --exclude-standard
}

if [ "$which" = all ]; then
  files=$(find src cmd tests -name '*.cc')
elif git rev-parse HEAD >/dev/null 2>&1; then
  files=$(changed_files)
else
  echo "no git history to compare with: nothing is checked"
  exit 0
fi

# Only files that the build compiles: fuzzers and benchmarks have builds of their own.
mapfile -t sources < <(
  for file in $files; do
    case $file in src/* | cmd/* | tests/*) sources_of "$file" ;; esac
  done | sort -u | while read -r source; do
    if grep -qF "\"$PWD/$source\"" "$build/compile_commands.json"; then echo "$source"; fi
  done
)
echo "${#sources[@]} files to check"
[ ${#sources[@]} -gt 0 ] || exit 0

check() {
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "not checked, the time is up: $1"
    return
  fi
  clang-tidy-14 --quiet -p "$build" "$1" 2>/dev/null || { echo "clang-tidy: $1 has to be mended"; return 1; }
}
export -f check
export build deadline=$(($(date +%s) + seconds))
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c 'check {}'
