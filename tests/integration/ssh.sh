#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSSH with the card's keys: ssh-keygen, ssh, ssh-agent, signatures and git,
# against an sshd of our own on 127.0.0.1.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
PATH=$PATH:/usr/sbin
need ssh openssh-client
need ssh-agent openssh-client
need sshd openssh-server
need git git
d=$tmp/ssh
mkdir -m 700 "$d"
# ssh asks for a PIN through a program; a typed one goes here.
printf '#!/bin/sh\necho asked >>"%s"\necho %s\n' "$d/asked" $pin >"$d/askpass"
printf '#!/bin/sh\necho asked >>"%s"\necho %s\n' "$d/asked" $wrong_pin \
	>"$d/wrong"
chmod +x "$d/askpass" "$d/wrong"
# The installed one is set-group-ID and would not see the emulated reader.
cp "$(command -v ssh-agent)" "$d/ssh-agent"
export SSH_ASKPASS="$d/askpass" SSH_ASKPASS_REQUIRE=force

sshd_pid=
sshd_stop() {
	[ -n "$sshd_pid" ] || return 0
	kill "$sshd_pid" 2>/dev/null || :
	wait "$sshd_pid" || :
	sshd_pid=
}
trap 'sshd_stop; rm -rf "$tmp"' EXIT

# It takes no port 0, and listens at the first of ours that is free.
sshd_start() {
	ssh-keygen -q -t ed25519 -N '' -f "$d/host"
	[ -d /run/sshd ] || [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	for turn in $(seq 50); do
		port=$((20000 + ($$ + turn * 131) % 12000))
		cat >"$d/config" <<END
ListenAddress 127.0.0.1
Port $port
HostKey $d/host
PidFile none
AuthorizedKeysFile $d/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
LogLevel VERBOSE
END
		: >"$d/log"
		"$(command -v sshd)" -D -f "$d/config" -E "$d/log" &
		sshd_pid=$!
		until_true sshd_has_begun
		! grep -q '^Server listening' "$d/log" || return 0
		sshd_stop
	done
	return 1
}
sshd_has_begun() {
	grep -q '^Server listening' "$d/log" || ! kill -0 $sshd_pid 2>/dev/null
}

# keys: what the card offers to ssh
keys() {
	with_card ssh-keygen -D "$MODULE" >"$d/authorized" 2>"$tmp/keygen.err" &&
		[ "$(wc -l <"$d/authorized")" -eq "$1" ]
}

# asked COMMAND...: how often for a PIN
asked() {
	: >"$d/asked"
	said=0
	"$@" || said=$?
	prompts=$(wc -l <"$d/asked")
	return $said
}

# logged_in WORDS COMMAND...: the server runs a command for us
logged_in() {
	words=$1
	shift
	asked with_card "$@" </dev/null >"$tmp/answer" 2>"$tmp/ssh.err" &&
		[ "$(cat "$tmp/answer")" = "$words" ] && [ "$prompts" -eq 1 ]
}
client() {
	printf 'ssh -F none -p %s -o UserKnownHostsFile=/dev/null \
		-o StrictHostKeyChecking=no -o IdentitiesOnly=no 127.0.0.1' "$port"
}

by_module() {
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
	asked with_card "$d/ssh-agent" -P "$(dirname "$MODULE")/*" sh -c "
		ssh-add -q -s '$MODULE' &&
		ssh-keygen -q -Y sign -f '$d/signer.pub' -n file '$d/text'" \
		>/dev/null 2>"$tmp/sign.err" &&
		ssh-keygen -q -Y verify -f "$d/signers" -I test@example.com \
			-n file -s "$d/text.sig" <"$d/text" 2>"$tmp/verify.err"
}
git_signs() {
	rm -rf "$d/repository"
	git init -q "$d/repository"
	asked with_card "$d/ssh-agent" -P "$(dirname "$MODULE")/*" sh -c "
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
	asked emulate --control "$control" --report "$tmp/report" -- \
		"$d/ssh-agent" -P "$(dirname "$MODULE")/*" sh -c "
		hand() { echo \"\$1\" >'$control'; read -r a <'$control.answer'; }
		ssh-add -q -s '$MODULE' && hand 'card out' && hand 'card in' &&
		! $(client) echo word && ssh-add -q -e '$MODULE' &&
		ssh-add -q -s '$MODULE' && $(client) echo word" \
		</dev/null >"$tmp/answer" 2>"$tmp/ssh.err" &&
		[ "$(cat "$tmp/answer")" = word ]
}

# Each accepted key is one question; the same wrong PIN is one try.
wrong_pin_is_given() {
	SSH_ASKPASS=$d/wrong
	by_module || :
	SSH_ASKPASS=$d/askpass
	# ssh's own error
	[ "$said" -eq 255 ]
}

sshd_start
# Card, its keys, the line of the key that signs, the VERIFYs of an agent: one
# for each half of the card whose keys the server is offered.
while read -r profile count signer halves <&3; do
	use_card "$profile"
	entry ssh-keygen "-D shows $count keys" 0 keys "$count"
	entry ssh '-I' 1 by_module
	entry ssh PKCS11Provider 1 by_config
	entry ssh-agent 'logs in twice' "$halves" agent_logs_in
	entry ssh-agent 'signs a file' "$halves" agent_signs "$signer"
	entry git 'signs a commit' "$halves" git_signs
	entry ssh-agent 'pulled and back, and added again' - agent_goes_on
	entry ssh 'wrong PIN' 1 wrong_pin_is_given
done 3<<END
cac-v2 3 1 1
dual-gemalto-gx4 4 1 1-2
piv-only-sce7 4 1 1
piv-ecc 4 1 1
END
finish
