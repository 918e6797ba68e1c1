#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each fuzzing program survives its corpus.
set -eu
: "${srcdir:?}" "${builddir:?}"
failed=0 passed=0
for corpus in "$srcdir"/tests/fuzz/corpus/*; do
	name=$(basename "$corpus")
	if "$builddir/tests/fuzz/fuzz-$name" "$corpus"/*; then
		passed=$((passed + 1))
	else
		echo "fuzz-$name failed on $corpus"
		failed=$((failed + 1))
	fi
done
echo "[  PASSED  ] $passed test(s)."
[ "$failed" -eq 0 ]
