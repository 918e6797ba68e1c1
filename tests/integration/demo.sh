#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# demo.sh BUILD-FOLDER: the system's p11tool, our module, an emulated reader
# and card. All files lie in a temporary folder that is removed at the end.
set -eu
build=$1
profiles=$(cd "$(dirname "$0")/../../tools/emulator/profiles" && pwd)
module=$build/pkcs11/.libs/cac-pkcs11.so
tmp=$(mktemp -d "${TMPDIR:-/tmp}/cacdemo.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# p11-kit reads a user's own modules from here, but not for root.
mkdir -p "$tmp/config/pkcs11/modules"
echo 'user-config: only' >"$tmp/config/pkcs11/pkcs11.conf"
printf 'module: %s\n' "$module" >"$tmp/config/pkcs11/modules/cac-pkcs11.module"
if [ "$(id -u)" -eq 0 ]; then
	set -- --provider="$module"
else
	set --
fi

set -- p11tool "$@" --list-all-certs 'pkcs11:model=CAC%20v2'
printf '\n$ %s\n\n' "$*"
XDG_CONFIG_HOME=$tmp/config "$build/tools/emulator/cac-emulator" run \
	--reader scr3310-v2 --card cac-v2 --profiles "$profiles" \
	--report "$tmp/report.json" -- "$@"

# KEY: a number from the report
figure() {
	sed -n "s/.*\"$1\": *\([0-9.]*\).*/\1/p" "$tmp/report.json" | head -n 1
}
to=$(figure line_bytes_to_card)
from=$(figure line_bytes_from_card)
printf '%s exchanges, %s bytes on the line, %s simulated line seconds\n' \
	"$(figure exchanges)" "$((to + from))" "$(figure simulated_line_seconds)"
