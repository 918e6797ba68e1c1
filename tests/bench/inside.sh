#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# As the emulator's command: one program that uses the card, and around it what
# it needs. before: the command runs once before that, unwatched.
# inside.sh ours|opensc plain|callgrind|massif FOLDER [before] COMMAND...
set -eu
kind=$1 tool=$2 folder=$3
shift 3

# How valgrind watches a program: watched NAME COMMAND...
watched() {
	name=$1
	shift
	case $tool in
	callgrind)
		set -- valgrind --tool=callgrind --log-file="$folder/$name.log" \
			--callgrind-out-file="$folder/$name.callgrind" "$@"
		;;
	massif)
		set -- valgrind --tool=massif --peak-inaccuracy=0 \
			--log-file="$folder/$name.log" \
			--massif-out-file="$folder/$name.massif" "$@"
		;;
	esac
	exec "$@"
}

# pcscd is ready when the card is powered and pcscd has looked at it.
daemon_ready() {
	[ -S /run/pcscd/pcscd.comm ] &&
		awk '/^M < DataBlock/ { on = 1 }
		    on && /^M < SlotStatus/ { ready = 1 }
		    END { exit !ready }' "$folder/log"
}

daemon_begins() {
	mount -t tmpfs tmpfs /run
	case $tool in
	massif) tool=plain watched pcscd pcscd --foreground ;;
	*) watched pcscd pcscd --foreground ;;
	esac >"$folder/pcscd.out" 2>&1 &
	daemon=$!
	trap 'kill $daemon; wait $daemon || :' EXIT
	turns=0
	until daemon_ready; do
		turns=$((turns + 1))
		[ $turns -lt 600 ] && kill -0 $daemon || exit 1
		sleep 0.05
	done
	# Clients of pcscd see no USB. Under the preloaded library the GLib
	# threads that OpenSC starts while it is loaded can stop for ever.
	unset LD_PRELOAD
}

[ "$kind" = ours ] || daemon_begins
if [ "$1" = before ]; then
	shift
	"$@" >/dev/null
fi
begin=$(date +%s%N)
(watched client "$@")
echo $(($(date +%s%N) - begin)) >"$folder/ns"
