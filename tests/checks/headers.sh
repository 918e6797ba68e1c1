#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each header compiles alone, and has a guard named after its path.
set -eu
cd "${srcdir:-.}"
fail=0
for h in base/*.h reader/*.h cac/*.h pkcs11/*.h tools/cac-tool/*.h \
	tools/emulator/*.h \
	tools/emulator/*/*.h; do
	printf '#include "%s"\n' "$h" |
		${CC:-cc} -std=c11 -D_GNU_SOURCE -I. ${CHECK_CFLAGS:-} \
			-fsyntax-only -x c - || {
		echo "headers: $h does not compile alone"
		fail=1
	}
	head -n 1 "$h" | grep -q SPDX-License-Identifier || {
		echo "headers: $h has no SPDX line"
		fail=1
	}
done
exit $fail
