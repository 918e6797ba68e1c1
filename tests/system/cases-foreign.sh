# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Other programs that take the reader for themselves.

# named PROGRAM: our trace tells who has the reader
named() {
	rm -f $tmp/trace
	CAC_PKCS11_TRACE=$tmp/trace list >$tmp/count
	note=$(grep -m1 -o "open in $1 (pid [0-9]*)" $tmp/trace)
	[ -n "$note" ]
}

beside_pcscd() {
	begin_a
	is ok a close 1
	pcscd_begins
	pcscd_has_it || return 1
	is empty a look
	named pcscd || return 1
	pcscd_ends
	is card a look
	is ok a open 2
	is right a list 2
}

# As under systemd: started by the first client.
socket_turn() {
	rm -rf /run/pcscd
	mkdir /run/pcscd
	systemd-socket-activate -l /run/pcscd/pcscd.comm pcscd --foreground \
		>$tmp/pcscd.log 2>&1 7<&- &
	pcscd=$!
	until_true pcscd_listens || return 1
	is right a list 2
	is ok a close 2
	pcscd_has_it || return 1
	is no-token a open 3
	pcscd_ends
	is ok a open 2
	is right a list 2
}
socket_activated() {
	begin_a
	is ok a open 2
	socket_turn && socket_turn
}

scd_asked() {
	rm -rf $tmp/scd.in $tmp/gnupg
	mkfifo $tmp/scd.in
	mkdir -m 700 $tmp/gnupg
	/usr/lib/gnupg/scdaemon --homedir $tmp/gnupg --server \
		<$tmp/scd.in >$tmp/scd.out 2>&1 &
	scd=$!
	exec 9>$tmp/scd.in
	echo 'SERIALNO' >&9
}
# After its greeting.
scd_answered() { [ "$(grep -cE '^(OK|ERR)' $tmp/scd.out)" -ge 2 ]; }
scd_ends() {
	exec 9>&-
	wait $scd
}

# It waits for its card, and is made to go on waiting.
scdaemon_holds_it() {
	local rc=0
	scd_asked
	until_true hung || return 1
	kill -STOP $scd
	named scdaemon || rc=1
	[ "$(cat $tmp/count)" = 0 ] || rc=1
	kill -CONT $scd
	scd_ends
	[ $rc -eq 0 ] && complete
}
# It knows no application of these cards.
scdaemon_lets_go() {
	local rc=0
	scd_asked
	until_true scd_answered
	cat $tmp/scd.out
	complete || rc=1
	scd_ends
	return $rc
}

# A holder that is killed leaves the reader to the next at once.
killed_holder() {
	local holder
	p11tool --provider "$MODULE" --list-all-certs pkcs11: >/dev/null 2>&1 &
	holder=$!
	until_true hung || return 1
	kill -9 $holder
	wait $holder
	complete
}

plug cac-v2
ok pcscd 'pcscd has the reader, and is named; it ends: we go on' \
	led beside_pcscd
ok socket 'pcscd started by its socket, stopped, started: between, the reader is ours' \
	led socket_activated
ok scdaemon-asked 'scdaemon was asked for the card, which it does not know: we go on' \
	scdaemon_lets_go
unplug
plug cac-v2-t1 --inject 'timeout exchange=1'
ok scdaemon 'scdaemon has the reader, and is named; it ends: we go on' \
	scdaemon_holds_it
unplug
plug cac-v2 --inject 'timeout exchange=40'
ok kill-9 'the program that holds the reader is killed: the next one lists all' \
	killed_holder
unplug
