# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Leading programs a and b, line by line: workers of ours. A script that runs
# as the emulator's command sources this one, since lib.sh would take the
# preloaded library away. Set by its caller: work (a folder), pki, builddir,
# MODULE.
set -eu

# lead a|b PROGRAM...
lead() {
	led=$1
	shift
	mkfifo "$work/$led.in" "$work/$led.out"
	"$@" <"$work/$led.in" >"$work/$led.out" 3>&- 4<&- 5>&- 6<&- &
	case $led in
	a) exec 3>"$work/a.in" 4<"$work/a.out" ;;
	b) exec 5>"$work/b.in" 6<"$work/b.out" ;;
	esac
}

# start a|b: b opens some files more, so that both hear of plugs
start() {
	case $1 in
	a) files=0 ;;
	b) files=8 ;;
	esac
	lead "$1" "${builddir:?}/tests/integration/hotplug-worker" "${MODULE:?}" \
		"${pki:?}" "$files"
}

# a COMMAND [SESSION]: the answer is in $answer
a() {
	echo "$*" >&3
	IFS= read -r answer <&4 || answer='(ended)'
}
b() {
	echo "$*" >&5
	IFS= read -r answer <&6 || answer='(ended)'
}

# is ANSWER a|b COMMAND [SESSION]
is() {
	want=$1
	shift
	"$@"
	[ "$answer" = "$want" ] && return
	echo "$*: $answer, expected: $want" >&2
	exit 1
}
