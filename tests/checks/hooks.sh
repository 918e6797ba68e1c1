#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The module that the tests load is the one that is installed: nothing in it
# knows of tests. It reads the environment by secure_getenv alone, and only what
# cac-pkcs11(8) names; no symbol or text of it speaks of emulators or fakes.
set -eu
module=${MODULE:?}
page=${srcdir:?}/doc/cac-pkcs11.8
failed=0

complain() {
	echo "hooks: $*"
	failed=1
}

# Sanitizers bring their own.
[ -z "${SANITIZERS:-}" ] || exit 77

readers=$(nm -D --undefined-only "$module" | sed -n 's/.* \([a-z_]*getenv\).*/\1/p')
[ "$readers" = secure_getenv ] || complain "the environment is read by: $readers"

texts=$(mktemp)
trap 'rm -f "$texts"' EXIT
readelf --string-dump=.rodata "$module" >"$texts"
names=$(grep -oE '\b(CAC_PKCS11|XDG|LD|G|LIBUSB|UMOCKDEV|CAC_TEST|CAC_EMULATOR)_[A-Z_]+\b|\bHOME\b' \
	"$texts" | sort -u)
[ -n "$names" ] || complain 'no variable was found in it'
for name in $names; do
	# The home folder is ~ there.
	[ "$name" = HOME ] || grep -q "$name" "$page" ||
		complain "$name is not in cac-pkcs11(8)"
done

words='emulat|umockdev|cmocka|mock|fake|test'
grep -iE "$words" "$texts" && complain 'its texts speak of tests'
nm "$module" | grep -iE "$words" && complain 'its symbols speak of tests'
exit $failed
