#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenVPN with the card: the list of certificates, and sessions of two of them
# on 127.0.0.1, without any network device. The server's log is the judge. The
# PIN is given through the management socket, as a graphical front end does it.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'OpenVPN is tried with the plain build'
PATH=$PATH:/usr/sbin
need openvpn openvpn
need openssl openssl
need python3 python3

server='' client='' giver=''
# The emulator ends with its command, and who gives the PIN with that.
end_both() {
	[ ! -s "$tmp/pid" ] || kill "$(cat "$tmp/pid")" 2>/dev/null || :
	[ -z "$server" ] || kill "$server" 2>/dev/null || :
	for pid in $client $server $giver; do
		wait "$pid" 2>/dev/null || :
	done
	server='' client='' giver=''
	rm -f "$tmp/pid"
}
trap 'end_both; rm -rf "$tmp"' EXIT

ids() {
	with_card openvpn --show-pkcs11-ids "$MODULE" >"$tmp/out" \
		2>"$tmp/out.err" || return 1
	sed -n 's/.*Serialized id: *//p' "$tmp/out" >"$tmp/ids"
	[ "$(wc -l <"$tmp/ids")" -eq "$1" ]
}

has_port() {
	port=$(ports_of "$1" "$2" | head -n 1)
	[ -n "$port" ]
}
both='--dev null --proto udp4 --data-ciphers AES-256-GCM --verb 3'
# start_server TLS-VERSION: it verifies the client, and is the judge
start_server() {
	cat "$(pki)/root.pem" "$(pki)/ca.pem" >"$tmp/tls/clients.pem"
	# shellcheck disable=SC2086
	OPENSSL_CONF=$tmp/$schemes.cnf openvpn $both --tls-server --local 127.0.0.1 --lport 0 --dh none \
		--ca "$tmp/tls/clients.pem" --cert "$tmp/tls/server.pem" \
		--key "$tmp/tls/server.key" --tls-version-min "$1" \
		--tls-version-max "$1" --script-security 2 \
		--tls-verify "$tmp/judge" >"$tmp/server.log" 2>&1 &
	server=$!
	until_true has_port $server udp && server_port=$port
}
start_client() {
	rm -f "$tmp/pid" "$tmp/report" "$tmp/management"
	# shellcheck disable=SC2016,SC2086
	emulate --report "$tmp/report" -- sh -c 'echo $$ >"$0"; exec "$@"' \
		"$tmp/pid" openvpn $both --tls-client --nobind \
		--remote 127.0.0.1 "$server_port" --ca "$tmp/tls/ca.pem" \
		--pkcs11-providers "$MODULE" --pkcs11-id "$1" \
		--management "$tmp/management" unix \
		--management-query-passwords --reneg-sec "$reneg" \
		>"$tmp/client.log" 2>&1 &
	client=$!
	until_true listens "$tmp/management"
}
# give PIN: to each question that comes, until somebody ends the client
give() {
	python3 - "$tmp/management" "$1" >"$tmp/asked" 2>"$tmp/give.err" <<-END &
		import socket, sys
		socket_path, pin = sys.argv[1:]
		client = socket.socket(socket.AF_UNIX)
		client.connect(socket_path)
		for line in client.makefile():
		    if line.startswith('>PASSWORD:Need '):
		        name = line.split("'")[1]
		        client.sendall(f'password "{name}" {pin}\n'.encode())
		        print('asked', flush=True)
	END
	giver=$!
}
logged() {
	grep -q "$2" "$tmp/$1.log"
}
# sessions N: the server has verified the client so often
sessions() {
	[ "$(grep -c 'Control Channel: TLS' "$tmp/server.log")" -ge "$1" ]
}
# saw NN TLS-VERSION: the server verified that certificate, and names its holder
saw() {
	openssl x509 -inform DER -in "$(pki)/$1.der" -noout -serial -subject \
		-nameopt sep_comma_plus_space,sname >"$tmp/names"
	[ "$(cat "$tmp/seen")" = "$(sed -n 's/^serial=//p' "$tmp/names")" ] &&
		logged server "VERIFY OK: depth=0, $(
			sed -n 's/^subject=//p' "$tmp/names")\$" &&
		logged server "Control Channel: TLSv$2, "
}
# handshakes N ID NN TLS-VERSION: and the user was asked once for all
handshakes() {
	rm -f "$tmp/seen"
	rc=1
	if start_server "$4" && start_client "$2"; then
		give "$pin"
		until_true logged server 'Peer Connection Initiated' &&
			until_true sessions "$1" && rc=0
	fi
	end_both
	prompts=$(wc -l <"$tmp/asked")
	[ $rc -eq 0 ] && saw "$3" "$4" && [ "$prompts" -eq 1 ]
}
refused() {
	rc=1
	if start_server 1.3 && start_client "$1"; then
		give "$wrong_pin"
		until_true logged client 'TLS handshake failed' && rc=0
	fi
	end_both
	prompts=$(wc -l <"$tmp/asked")
	return $rc
}

tls_keys
cat >"$tmp/judge" <<END
#!/bin/sh
# The depth comes first; the client's own certificate has 0.
[ "\$1" != 0 ] ||
	echo "\$tls_serial_hex_0" | tr -d : | tr '[:lower:]' '[:upper:]' \
		>"$tmp/seen"
END
chmod +x "$tmp/judge"
: >"$tmp/any.cnf"
# What a server that knows no PSS takes
cat >"$tmp/old.cnf" <<END
openssl_conf = main
[main]
ssl_conf = ssl
[ssl]
system_default = server
[server]
ClientSignatureAlgorithms = RSA+SHA256:ECDSA+SHA256:ECDSA+SHA384
END
while read -r profile count line nn verifies <&4; do
	use_card "$profile"
	schemes=any reneg=0
	entry openvpn "lists $count certificates" 0 ids "$count"
	id=$(sed -n "${line}p" "$tmp/ids")
	for version in 1.2 1.3; do
		entry openvpn "TLS $version" "$verifies" \
			handshakes 1 "$id" "$nn" $version
	done
	entry openvpn 'wrong PIN' 1 refused "$id"
	schemes=old
	entry openvpn 'TLS 1.2 without PSS' "$verifies" \
		handshakes 1 "$id" "$nn" 1.2
	schemes=any reneg=1
	entry openvpn 'TLS 1.3, new keys after 1 s' "$verifies" \
		handshakes 2 "$id" "$nn" 1.3
done 4<<END
cac-v2 3 1 00 1
dual-gemalto-gx4 4 1 03 1-2
piv-only-sce7 4 1 00 1
piv-ecc 4 1 00 1
END
finish
