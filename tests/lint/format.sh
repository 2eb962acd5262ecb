#!/usr/bin/env bash
# Fails when a source is not formatted by .clang-format; `clang-format-14 -i FILE` fixes it.
set -euo pipefail
cd "$(dirname "$0")/../.."
find src cmd tests third_party -name '*.cc' -o -name '*.h' | sort | xargs clang-format-14 --dry-run -Werror
