#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The whole tree is as clang-format 14 with .clang-format leaves it.
set -eu
cd "${srcdir:-.}"
command -v clang-format >/dev/null || {
	echo 'format: clang-format is not installed'
	exit 77
}
case $(clang-format --version) in
*'version 14.'*) ;;
*)
	echo 'format: another clang-format than 14 has other opinions'
	exit 77
	;;
esac
find base reader cac pkcs11 tools tests -name '*.[ch]' -exec \
	clang-format --dry-run -Werror {} +
