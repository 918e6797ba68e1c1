#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Six programs at the same time on one reader, each logged in: p11tool,
# pkcs11-tool, curl, ssh, ssh-agent and one that stays logged in. All work in
# each round, and nobody is asked for the PIN twice.
rounds=${TOGETHER_ROUNDS:-3}

# What follows runs in front of the card, under an ssh-agent.
in_background() {
	out=$work/$1.$round
	shift
	"$@" >"$out" 2>"$out.log" 7>&- 8<&- &
	jobs="$jobs $!:$out"
}
lasting() {
	echo "$*" >&7
	IFS= read -r answer <&8 || answer='(ended)'
	[ "$answer" = ok ] || echo "$1 of round $round: $answer"
}
one_round() {
	jobs=
	in_background p11tool p11tool --batch --provider "$MODULE" --login \
		--set-pin "$pin" --test-sign "pkcs11:id=$uri_id;type=private"
	in_background pkcs11-tool pkcs11-tool --module "$MODULE" --login \
		--pin "$pin" --id "$id" -s -m SHA256-RSA-PKCS -i "$work/text" \
		-o "$work/pkcs11-tool.$round.sig"
	in_background curl env PKCS11_MODULE_PATH="$MODULE" curl --silent \
		--show-error --cacert "$ca" --engine pkcs11 --cert-type ENG \
		--key-type ENG --cert "pkcs11:id=$uri_id;type=cert" \
		--key "pkcs11:id=$uri_id;type=private;pin-value=$pin" "$url"
	in_background ssh env SSH_AUTH_SOCK= ssh -F "$work/client" \
		-I "$MODULE" host echo word
	in_background agent ssh -F "$work/client" host echo word
	for _ in 1 2 3; do
		lasting sign 1 "$id" "$work/hash" "$work/lasting.$round.sig"
	done
	for job in $jobs; do
		wait "${job%%:*}" && continue
		echo "${job#*:}:"
		cat "${job#*:}.log"
	done
}
if [ "${1:-}" = inside ]; then
	work=$2
	mkfifo "$work/in" "$work/out"
	"$worker" "$MODULE" <"$work/in" >"$work/out" &
	lasting_pid=$!
	exec 7>"$work/in" 8<"$work/out"
	round=0
	lasting init
	lasting open 1
	lasting login 1 "$pin"
	ssh-add -q -s "$MODULE"
	while [ $round -lt "$rounds" ]; do
		round=$((round + 1))
		one_round
	done
	ssh-add -q -e "$MODULE"
	lasting logout 1
	lasting finalize
	exec 7>&-
	wait $lasting_pid
	exit
fi

. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'they are tried with the plain build'
PATH=$PATH:/usr/sbin
need p11tool gnutls-bin
need pkcs11-tool opensc
need curl curl
need ssh openssh-client
need ssh-agent openssh-client
need sshd openssh-server
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')
[ -e "$engine/pkcs11.so" ] ||
	skip 'no engine pkcs11 (Debian: libengine-pkcs11-openssl)'
worker=$builddir/tests/integration/login-worker
[ -x "$worker" ] || skip "$worker is not built"
export worker MODULE pin rounds

# Each question is a line in asked. sshd needs no port: ssh starts it.
ssh_files() {
	mkdir -m 700 "$work"
	printf '#!/bin/sh\necho "$*" >>"%s"\necho %s\n' "$work/asked" "$pin" \
		>"$work/askpass"
	chmod +x "$work/askpass"
	cp "$(command -v ssh-agent)" "$work/ssh-agent"
	ssh-keygen -q -t ed25519 -N '' -f "$work/host"
	[ -d /run/sshd ] || [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	cat >"$work/server" <<END
HostKey $work/host
AuthorizedKeysFile $work/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
END
	cat >"$work/client" <<END
Host host
	ProxyCommand $(command -v sshd) -i -f $work/server -E $work/sshd.log
	User $(id -un)
	UserKnownHostsFile /dev/null
	StrictHostKeyChecking no
END
	emulate -- ssh-keygen -D "$MODULE" 2>"$tmp/keygen.err" | head -n 1 \
		>"$work/authorized"
	[ -s "$work/authorized" ]
}

# together: nothing is said by those who succeed
together() {
	work=$tmp/$card
	ssh_files || return 1
	echo words >"$work/text"
	openssl dgst -sha256 -binary "$work/text" >"$work/hash"
	url=https://127.0.0.1:$tls_port/
	ca=$tmp/tls/ca.pem
	export url ca id uri_id
	SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force with_card \
		"$work/ssh-agent" -P "$(dirname "$MODULE")/*" \
		sh "$0" inside "$work" >"$tmp/together.err" 2>&1
	[ ! -s "$tmp/together.err" ] && check
}
# round_is_right NUMBER: the TLS server's word, sshd's, and OpenSSL's
round_is_right() {
	tls_saw "$work/curl.$1" "$nn" && grep -qx word "$work/ssh.$1" &&
		grep -qx word "$work/agent.$1" &&
		grep -q 'private key parameters... ok' "$work/p11tool.$1.log" &&
		openssl dgst -sha256 -verify "$work/public.pem" -signature \
			"$work/pkcs11-tool.$1.sig" "$work/text" >/dev/null &&
		openssl pkeyutl -verifyrecover -pubin \
			-inkey "$work/public.pem" -in "$work/lasting.$1.sig" |
		cmp - "$work/hash"
}
check() {
	openssl x509 -inform DER -in "$(pki)/$nn.der" -pubkey -noout \
		>"$work/public.pem"
	for round in $(seq "$rounds"); do
		round_is_right "$round" || {
			echo "    round $round"
			return 1
		}
	done
	# ssh in each round, and ssh-add once.
	[ "$(wc -l <"$work/asked")" -eq $((rounds + 1)) ] &&
		[ "$(number wrong_pins)" -eq 0 ] &&
		[ "$(number pin_tries_left)" -eq 3 ]
}

tls_keys
while read -r profile id uri_id nn <&4; do
	use_card "$profile"
	tls_start 1.3
	# One for the login of each, and one for each use after another's end
	# has reset the card.
	logins=$((rounds * 4 + 2)) uses=$((rounds * 8))
	entry together "$rounds rounds of six" \
		"$logins-$((logins + uses))" together
	tls_stop
done 4<<END
cac-v2 0001 %00%01 00
dual-gemalto-gx4 01 %01 03
piv-only-sce7 01 %01 00
END
finish
