# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Other people's programs, as an ordinary user at the machine.

pin=77777777
home=/home/anna
# shellcheck source=/dev/null
. "$srcdir/tests/integration/tls.sh"
pki() { echo $tmp/pki; }

# exported ID NN: by p11tool
exported() {
	as anna p11tool --provider "$MODULE" --export --outder \
		"pkcs11:id=$1;type=cert" >$tmp/cert.der
	cmp $tmp/cert.der "$tmp/pki/$2.der"
}

# by_pkcs11_tool ID NN: the certificate, and a signature by its key
by_pkcs11_tool() {
	local mechanism=RSA-PKCS
	as anna pkcs11-tool --module "$MODULE" --read-object --type cert \
		--id "$1" --output-file $home/cert.der || return 1
	cmp $home/cert.der "$tmp/pki/$2.der" || return 1
	openssl x509 -inform DER -in $home/cert.der -noout -pubkey >$tmp/public
	openssl pkey -pubin -in $tmp/public -noout -text | grep -q 'ASN1 OID' &&
		mechanism=ECDSA
	head -c 32 $home/cert.der >$tmp/data
	as anna pkcs11-tool --module "$MODULE" --login --pin $pin --sign \
		--id "$1" --mechanism $mechanism --signature-format openssl \
		--input-file $tmp/data --output-file $home/signature || return 1
	openssl pkeyutl -verify -pubin -inkey $tmp/public -in $tmp/data \
		-sigfile $home/signature
}

# by_curl VERSION ID NN: the server is the judge
by_curl() {
	local rc=0
	tls_start "$1" || return 1
	as anna PKCS11_MODULE_PATH="$MODULE" curl --silent --show-error \
		--cacert $tmp/tls/ca.pem --engine pkcs11 \
		--cert-type ENG --key-type ENG --cert "pkcs11:id=$2;type=cert" \
		--key "pkcs11:id=$2;type=private;pin-value=$pin" \
		"https://127.0.0.1:$tls_port/" >$tmp/page || rc=1
	tls_stop
	[ $rc -eq 0 ] && tls_saw $tmp/page "$3"
}

# by_gnutls VERSION ID NN
by_gnutls() {
	tls_start "$1" || return 1
	printf 'GET / HTTP/1.0\r\n\r\n' | as anna gnutls-cli \
		--provider "$MODULE" --x509cafile $tmp/tls/ca.pem \
		--x509certfile "pkcs11:id=$2;type=cert" \
		--x509keyfile "pkcs11:id=$2;type=private;pin-value=$pin" \
		--no-ca-verification -p "$tls_port" 127.0.0.1 >$tmp/page
	tls_stop
	tls_saw $tmp/page "$3"
}

sshd_begins() {
	mkdir -p /run/sshd $tmp/sshd
	ssh-keygen -q -t ed25519 -N '' -f $tmp/sshd/host
	cat >$tmp/sshd/config <<-END
		ListenAddress 127.0.0.1
		Port 2222
		HostKey $tmp/sshd/host
		PidFile none
		AuthorizedKeysFile $tmp/sshd/authorized
		StrictModes no
		UsePAM no
		PasswordAuthentication no
		KbdInteractiveAuthentication no
	END
	/usr/sbin/sshd -D -f $tmp/sshd/config -E $tmp/sshd/log &
	sshd=$!
	until_true grep -qs listening $tmp/sshd/log
	printf '#!/bin/sh\necho asked >>%s/asked\necho %s\n' $home $pin \
		>$home/askpass
	chmod 755 $home/askpass
}
options='-F none -p 2222 -o UserKnownHostsFile=/dev/null
	-o StrictHostKeyChecking=no -o LogLevel=ERROR'

# asked_once COMMAND...: its answer is anna's name, and one question was asked
asked_once() {
	local answer
	rm -f $home/asked
	as anna ssh-keygen -D "$MODULE" >$tmp/sshd/authorized || return 1
	answer=$(as anna SSH_ASKPASS=$home/askpass SSH_ASKPASS_REQUIRE=force \
		"$@" </dev/null) || return 1
	echo "$answer"
	[ "$(sort -u <<<"$answer")" = anna ] && [ "$(wc -l <$home/asked)" -eq 1 ]
}
# shellcheck disable=SC2086
by_ssh() { asked_once ssh -I "$MODULE" $options 127.0.0.1 id -un; }
by_agent() {
	asked_once ssh-agent sh -c "ssh-add -q -s '$MODULE' &&
		ssh $(echo $options) 127.0.0.1 id -un &&
		ssh $(echo $options) 127.0.0.1 id -un && ssh-add -q -e '$MODULE'"
}

# clients CARD ID NN: the certificate that a person would choose
clients() {
	local id=${2//%/}
	plug "$1"
	ok "$1-p11tool" 'p11tool reads a certificate, byte for byte' \
		exported "$2" "$3"
	ok "$1-pkcs11-tool" 'pkcs11-tool reads it, too, and signs' \
		by_pkcs11_tool "$id" "$3"
	ok "$1-curl-1.2" 'curl, TLS 1.2: the server saw this certificate' \
		by_curl 1.2 "$2" "$3"
	ok "$1-curl-1.3" 'curl, TLS 1.3' by_curl 1.3 "$2" "$3"
	ok "$1-gnutls" 'gnutls-cli, TLS 1.3' by_gnutls 1.3 "$2" "$3"
	ok "$1-ssh" 'ssh -I logs in, and asks for the PIN once' by_ssh
	ok "$1-agent" 'ssh-agent logs in twice, and asks once' by_agent
	unplug
}

with_rule
seat_of anna
tls_keys
sshd_begins
clients cac-v2 %00%01 00
clients dual-gemalto-gx4 %01 03
clients piv-ecc %01 00
kill $sshd
