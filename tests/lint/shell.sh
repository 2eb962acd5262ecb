#!/usr/bin/env bash
# Fails when shellcheck finds something in a script.
set -euo pipefail
cd "$(dirname "$0")/../.."
find install.sh .ci docs tests -type f \( -name '*.sh' -o -path '.ci/*' \) -print0 | sort -z | xargs -0 shellcheck
