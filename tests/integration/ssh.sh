#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSSH with the card's keys: ssh-keygen, ssh, ssh-agent, signatures and git,
# against an sshd of our own on 127.0.0.1.
. "${srcdir:?}/tests/integration/lib.sh"
PATH=$PATH:/usr/sbin
need ssh openssh-client
need ssh-agent openssh-client
need sshd openssh-server
need git git
pin=77777777
d=$tmp/ssh
mkdir -m 700 "$d"
# ssh asks for a PIN through a program; a typed one goes here.
printf '#!/bin/sh\necho asked >>"%s"\necho %s\n' "$d/asked" $pin >"$d/askpass"
printf '#!/bin/sh\necho asked >>"%s"\necho 123456\n' "$d/asked" >"$d/wrong"
chmod +x "$d/askpass" "$d/wrong"
# The installed one is set-group-ID and would not see the emulated reader.
cp "$(command -v ssh-agent)" "$d/ssh-agent"
export SSH_ASKPASS="$d/askpass" SSH_ASKPASS_REQUIRE=force

verifies() {
	sed -n 's/.*"verify_commands": \([0-9]*\).*/\1/p' "$tmp/report"
}

sshd_pid=
sshd_stop() {
	[ -n "$sshd_pid" ] || return 0
	kill "$sshd_pid" 2>/dev/null || :
	sshd_pid=
}
trap 'sshd_stop; rm -rf "$tmp"' EXIT

# A free port, as the system gives one to a listener that says which.
sshd_start() {
	ssh-keygen -q -t ed25519 -N '' -f "$d/host"
	[ -d /run/sshd ] || [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	turns=0
	while :; do
		port=$((20000 + ($$ + turns * 131) % 30000))
		cat >"$d/config" <<END
ListenAddress 127.0.0.1
Port $port
HostKey $d/host
PidFile $d/pid
AuthorizedKeysFile $d/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
LogLevel VERBOSE
END
		rm -f "$d/pid"
		/usr/sbin/sshd -f "$d/config" -E "$d/log" && until_file "$d/pid" &&
			break
		turns=$((turns + 1))
		[ $turns -lt 20 ] || return 1
	done
	sshd_pid=$(cat "$d/pid")
}
until_file() {
	polls=0
	until [ -s "$1" ]; do
		polls=$((polls + 1))
		[ $polls -lt 100 ] || return 1
		sleep 0.05
	done
}

# keys: what the card offers to ssh
keys() {
	emulate -- ssh-keygen -D "$MODULE" >"$d/authorized" 2>"$tmp/keygen.err" &&
		[ "$(wc -l <"$d/authorized")" -eq "$1" ]
}

# logged_in WORD COMMAND...: the server runs a command for us
logged_in() {
	word=$1
	shift
	emulate --report "$tmp/report" -- "$@" </dev/null >"$tmp/answer" 2>"$tmp/ssh.err" &&
		[ "$(cat "$tmp/answer")" = "$word" ]
}
client() {
	printf 'ssh -F none -p %s -o UserKnownHostsFile=/dev/null \
		-o StrictHostKeyChecking=no -o IdentitiesOnly=no 127.0.0.1' "$port"
}

by_module() {
	: >"$d/asked"
	logged_in word ssh -F none -I "$MODULE" -p "$port" \
		-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no \
		127.0.0.1 echo word
}
by_config() {
	logged_in word ssh -F none -p "$port" -o PKCS11Provider="$MODULE" \
		-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no \
		127.0.0.1 echo word
}

# The agent as the emulator's command; its children are ssh's helper and ours.
agent() {
	logged_in "$1" "$d/ssh-agent" -P "$(dirname "$MODULE")/*" sh -c "$2"
}
agent_logs_in() {
	agent 'word
word' "ssh-add -q -s '$MODULE' && $(client) echo word &&
		$(client) echo word && ssh-add -q -e '$MODULE'"
}

# A file signed by the agent, as git does it.
agent_signs() {
	sed -n "$1p" "$d/authorized" >"$d/signer.pub"
	{ printf 'test@example.com '; cat "$d/signer.pub"; } >"$d/signers"
	echo text >"$d/text"
	rm -f "$d/text.sig"
	emulate -- "$d/ssh-agent" -P "$(dirname "$MODULE")/*" sh -c "
		ssh-add -q -s '$MODULE' &&
		ssh-keygen -q -Y sign -f '$d/signer.pub' -n file '$d/text'" \
		>/dev/null 2>"$tmp/sign.err" &&
		ssh-keygen -q -Y verify -f "$d/signers" -I test@example.com \
			-n file -s "$d/text.sig" <"$d/text" 2>"$tmp/verify.err"
}
git_signs() {
	rm -rf "$d/repository"
	git init -q "$d/repository"
	emulate -- "$d/ssh-agent" -P "$(dirname "$MODULE")/*" sh -c "
		ssh-add -q -s '$MODULE' && cd '$d/repository' &&
		git -c user.name=TEST -c user.email=test@example.com \
			-c gpg.format=ssh -c user.signingkey='$d/signer.pub' \
			commit -q -S --allow-empty -m test" 2>"$tmp/git.err" &&
		git -C "$d/repository" -c gpg.ssh.allowedSignersFile="$d/signers" \
			verify-commit HEAD 2>"$tmp/git.err"
}

# ssh-agent has the old insertion for good; added again, the module goes on.
agent_goes_on() {
	control=$d/control
	rm -f "$control" "$control.answer"
	emulate --control "$control" -- "$d/ssh-agent" \
		-P "$(dirname "$MODULE")/*" sh -c "
		hand() { echo \"\$1\" >'$control'; read -r a <'$control.answer'; }
		ssh-add -q -s '$MODULE' && hand 'card out' && hand 'card in' &&
		! $(client) echo word && ssh-add -q -e '$MODULE' &&
		ssh-add -q -s '$MODULE' && $(client) echo word" \
		</dev/null >"$tmp/answer" 2>"$tmp/ssh.err" &&
		[ "$(cat "$tmp/answer")" = word ]
}

# Each accepted key is one question; the same wrong PIN is one try.
wrong_pin() {
	SSH_ASKPASS=$d/wrong
	not by_module
	SSH_ASKPASS=$d/askpass
	echo "$(verifies) VERIFY" >"$tmp/wrong.err"
	[ "$(verifies)" -eq 1 ]
}

sshd_start
# card, its keys, the line of the key that signs, applets with a PIN state
while read -r card count signer halves <&3; do
	ok "$card: ssh-keygen -D shows $count keys" keys "$count"
	ok "$card: ssh -I logs in" by_module
	ok "$card: the PIN was asked for once" \
		test "$(wc -l <"$d/asked")" -eq 1
	ok "$card: and sent once" test "$(verifies)" -eq 1
	ok "$card: PKCS11Provider logs in" by_config
	ok "$card: ssh-agent logs in twice" agent_logs_in
	# One for each half of the card whose keys the server was offered.
	ok "$card: with no more than $halves VERIFY" \
		test "$(verifies)" -le "$halves"
	ok "$card: ssh-agent signs a file" agent_signs "$signer"
	ok "$card: git signs a commit" git_signs
	ok "$card: pulled and back, and added again, the agent goes on" \
		agent_goes_on
	ok "$card: a wrong PIN costs one try" wrong_pin
done 3<<END
cac-v2 3 1 1
dual-gemalto-gx4 4 1 2
piv-only-sce7 4 1 1
piv-ecc 4 1 1
END
card=cac-v2
finish
