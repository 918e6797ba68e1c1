#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Firefox, Chromium, ssh-agent and p11tool at the same time on one reader: each
# is asked for a PIN once, and each goes on working while the others do.
. "${srcdir:?}/tests/integration/browser.sh"
. "$srcdir/tests/integration/lead-firefox.sh"
. "$srcdir/tests/integration/lead-chromium.sh"
need ssh-agent openssh-client
need p11tool gnutls-bin

agent_asked() {
	wc -l <"$tmp/agent.asked"
}

# The agent gives no library to its helper, which reads the card; and a person
# is asked by a program.
agent_programs() {
	for helper in /usr/lib/openssh /usr/libexec/openssh /usr/libexec; do
		[ ! -x $helper/ssh-pkcs11-helper ] || break
	done
	cat >"$tmp/helper" <<-EOF
		#!/bin/sh
		LD_PRELOAD=$(. "$tmp/environment" && echo "$LD_PRELOAD")
		export LD_PRELOAD
		exec $helper/ssh-pkcs11-helper "\$@"
	EOF
	cat >"$tmp/askpass" <<-EOF
		#!/bin/sh
		echo "\$1" >>"$tmp/agent.asked"
		echo $pin
	EOF
	chmod +x "$tmp/helper" "$tmp/askpass"
	: >"$tmp/agent.asked"
}

agent_begin() {
	agent_programs
	SSH_PKCS11_HELPER=$tmp/helper SSH_ASKPASS=$tmp/askpass
	SSH_ASKPASS_REQUIRE=force SSH_AUTH_SOCK=$tmp/agent
	export SSH_PKCS11_HELPER SSH_ASKPASS SSH_ASKPASS_REQUIRE SSH_AUTH_SOCK
	(seeing ssh-agent -D -a "$tmp/agent" -P "$MODULE") \
		>"$tmp/agent.log" 2>&1 &
	agent=$!
	until_true listens "$tmp/agent"
	ssh-add -s "$MODULE" >"$tmp/agent.log" 2>&1 &&
		ssh-add -L >"$tmp/agent.keys"
}

# It signs with each key, and the signatures are right.
agent_signs() {
	ssh-add -T "$tmp/agent.keys" 2>"$tmp/agent.err"
}

p11tool_signs() {
	(seeing env GNUTLS_PIN="$pin" p11tool --provider "$MODULE" --login \
		--test-sign 'pkcs11:id=%00%01;type=private') \
		>"$tmp/p11tool.out" 2>&1
}

# several TIMES COMMAND
several() {
	times=$1
	while [ "$times" -gt 0 ]; do
		"$2" || return 1
		times=$((times - 1))
	done
}

# at_once FIREFOX'S-VERSION CHROMIUM'S-VERSION
at_once() {
	was_firefox=$(handshakes "$1")
	was_chromium=$(handshakes "$2")
	firefox open "$(url "$1")" >"$tmp/firefox.page" &
	one=$!
	several 5 agent_signs &
	two=$!
	several 3 p11tool_signs &
	three=$!
	ok "at once: chromium, TLS $2" chromium_open "$2"
	ok "at once: firefox, TLS $1" wait $one
	ok 'at once: ssh-agent signs five times' wait $two
	ok 'at once: p11tool signs three times' wait $three
	ok "at once: the server saw firefox, TLS $1" \
		test "$(handshakes "$1")" -gt "$was_firefox"
	ok "at once: the server saw chromium, TLS $2" \
		test "$(handshakes "$2")" -gt "$was_chromium"
}

plug cac-v2
tls_keys
move_in
judge 1.2
judge 1.3
screen_on
chromium_database
certutil -A -d "sql:$database" -n judge -t C,, -i "$tmp/tls/ca.pem"
firefox_profile "$home/profile"
ok 'firefox starts' firefox_begin "$home/profile"
ok 'chromium starts' chromium_begin
serial=$(openssl x509 -inform DER -in "$(pki)/00.der" -noout -serial)
firefox answer "${serial#serial=}" "$pin"
page firefox first 1.3 00 1 firefox open "$(url 1.3)"
page chromium first 1.2 00 1 chromium_open 1.2 "$pin"
ok 'ssh-agent has the keys' agent_begin
ok 'ssh-agent signs' agent_signs
ok 'p11tool signs' p11tool_signs
at_once 1.2 1.3
at_once 1.3 1.2
ok 'firefox was asked for one PIN' test "$(firefox_asked)" -eq 1
ok 'chromium was asked for one PIN' test "$(chromium_asked)" -eq 1
ok 'ssh-agent was asked for one PIN' test "$(agent_asked)" -eq 1
ok 'firefox ends' firefox_end
ok 'chromium ends' chromium_end
kill "$agent"
wait "$agent" || :
ok 'no process is left' nobody_left
ok 'the emulator ends' unplug
judges_go
screen_off
ok 'no wrong PIN was sent' test "$(number wrong_pins)" -eq 0
echo "   $(number verify_commands) VERIFY, $(number exchanges) exchanges"
cat "$tables"
finish
