# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Other programs that take the reader for themselves.

named() {
	rm -f $tmp/trace
	CAC_PKCS11_TRACE=$tmp/trace list
	grep -i "$1" $tmp/trace
}

beside_pcscd() {
	begin_a
	is ok a close 1
	pcscd_begins
	is empty a look
	named 'pcscd (pid' || return 1
	pcscd_ends
	is card a look
	is ok a open 2
	is right a list 2
}

# As under systemd: started by the first client.
socket_activated() {
	mkdir -p /run/pcscd
	rm -f /run/pcscd/*
	begin_a
	systemd-socket-activate -l /run/pcscd/pcscd.comm pcscd --foreground \
		>$tmp/pcscd.log 2>&1 &
	pcscd=$!
	is right a list 1
	until_true pcscd_has_it
	is no-token a open 3
	kill $pcscd
	wait $pcscd
	is ok a open 2
	is right a list 2
}

# After its greeting.
scd_answered() { [ "$(grep -cE '^(OK|ERR)' $tmp/scd.out)" -ge 2 ]; }

scdaemon_holds_it() {
	mkfifo $tmp/scd.in
	as_root_home=$tmp/gnupg
	mkdir -m 700 $as_root_home
	scdaemon --homedir $as_root_home --server <$tmp/scd.in >$tmp/scd.out 2>&1 &
	scd=$!
	exec 9>$tmp/scd.in
	echo 'SERIALNO' >&9
	until_true scd_answered
	cat $tmp/scd.out
	named scdaemon
	complete
	echo "while scdaemon runs: $?"
	exec 9>&-
	wait $scd
	complete
}

# A holder that is killed leaves the reader to the next at once.
killed_holder() {
	p11tool --provider "$MODULE" --list-all-certs pkcs11: >/dev/null 2>&1 &
	holder=$!
	until_true grep -q '^F.*timeout' $tmp/emulator.log
	kill -9 $holder
	wait $holder
	complete
}

scd_dir=/usr/lib/gnupg
PATH=$PATH:$scd_dir
plug cac-v2
ok 'pcscd has the reader, named; it ends: we go on' led beside_pcscd
ok 'pcscd started by its socket' led socket_activated
ok 'scdaemon asks for its card; then all certificates' scdaemon_holds_it
unplug
plug cac-v2 --log $tmp/emulator.log --inject 'timeout exchange=40'
ok 'kill -9 of the program that holds the reader' killed_holder
unplug
