# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The integration tests of other people's programs, with the kernel in between.

# passed SCRIPT: or skipped, for want of a package
passed() {
	local rc=0
	REAL_EMULATOR=$EMULATOR EMULATOR=$here/plugged.sh builddir=$tmp/build \
		bash -c "mkdir -p \$builddir && sh '$srcdir/tests/integration/$1.sh'" ||
		rc=$?
	grep '^skipped' $tmp/out && rc=0
	return $rc
}

for script in pkcs11-tool tls-clients ssh; do
	ok "tests/integration/$script.sh" passed $script
done
