#!/usr/bin/env bash
# Fails when shellcheck has a finding in a script.
set -euo pipefail
cd "$(dirname "$0")/../.."
find install.sh .ci docs tests -type f \( -name '*.sh' -o -path '.ci/*' \) -print0 | sort -z | xargs -0 shellcheck
