# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# What the tests of cac-tool share: a home of its own, and what was said. A test
# sources it first of all.
. "${srcdir:?}/tests/integration/lib.sh"
tool=$builddir/tools/cac-tool/cac-tool
work=$tmp
HOME=$work/home
export HOME
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME SUDO_UID
mkdir "$HOME"

# is_rc STATUS COMMAND...
is_rc() {
	want=$1
	shift
	rc=0
	"$@" || rc=$?
	[ "$rc" -eq "$want" ] || {
		echo "status $rc, not $want" >>"$work/out.err"
		false
	}
}
# says PATTERN: on either stream, which a test puts into these files
says() {
	grep -q -e "$1" "$work/out" "$work/out.err"
}
is_json() {
	! command -v python3 >/dev/null ||
		python3 -c 'import json, sys; json.load(open(sys.argv[1]))' \
			"$work/out"
}
