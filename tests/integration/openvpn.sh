#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenVPN with the card: the list of certificates, and a TLS handshake of two of
# them on 127.0.0.1, without any network device. The PIN is given through the
# management interface, as a graphical front end does it.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'OpenVPN is tried with the plain build'
PATH=$PATH:/usr/sbin
need openvpn openvpn
need openssl openssl
need bash bash

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
	openvpn $both --tls-server --local 127.0.0.1 --lport 0 --dh none \
		--ca "$tmp/tls/clients.pem" --cert "$tmp/tls/server.pem" \
		--key "$tmp/tls/server.key" --tls-version-min "$1" \
		--tls-version-max "$1" --script-security 2 \
		--tls-verify "$tmp/judge" >"$tmp/server.log" 2>&1 &
	server=$!
	until_true has_port $server udp && server_port=$port
}
start_client() {
	rm -f "$tmp/pid" "$tmp/report"
	# shellcheck disable=SC2016,SC2086
	emulate --report "$tmp/report" -- sh -c 'echo $$ >"$0"; exec "$@"' \
		"$tmp/pid" openvpn $both --tls-client --nobind \
		--remote 127.0.0.1 "$server_port" --ca "$tmp/tls/ca.pem" \
		--pkcs11-providers "$MODULE" --pkcs11-id "$1" \
		--management 127.0.0.1 0 --management-query-passwords \
		>"$tmp/client.log" 2>&1 &
	client=$!
	until_true test -s "$tmp/pid" &&
		until_true has_port "$(cat "$tmp/pid")" tcp
}
# give PIN: to each question that comes, until somebody ends the client
give() {
	bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" &&
		while read -r line <&3; do
			case $line in
			">PASSWORD:Need "*)
				name=${line#*\'\''} name=${name%%\'\''*}
				printf "password \"%s\" %s\n" "$name" "$1" >&3
				echo asked ;;
			esac
		done' "$port" "$1" >"$tmp/asked" 2>"$tmp/give.err" &
	giver=$!
}
logged() {
	grep -q "$2" "$tmp/$1.log"
}
# saw NN: the server verified that certificate
saw() {
	[ "$(cat "$tmp/seen")" = "$(openssl x509 -inform DER \
		-in "$(pki)/$1.der" -noout -serial | sed 's/.*=//')" ]
}
# handshake ID NN TLS-VERSION
handshake() {
	rm -f "$tmp/seen"
	rc=1
	if start_server "$3" && start_client "$1"; then
		give "$pin"
		until_true logged server 'Peer Connection Initiated' && rc=0
	fi
	end_both
	[ $rc -eq 0 ] && saw "$2" && [ "$(wc -l <"$tmp/asked")" -eq 1 ]
}
refused() {
	rc=1
	if start_server 1.3 && start_client "$1"; then
		give "$wrong_pin"
		until_true logged client 'TLS handshake failed' && rc=0
	fi
	end_both
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
while read -r profile count line nn verifies <&4; do
	use_card "$profile"
	entry openvpn "lists $count certificates" 0 ids "$count"
	id=$(sed -n "${line}p" "$tmp/ids")
	for version in 1.2 1.3; do
		entry openvpn "TLS $version" "$verifies" \
			handshake "$id" "$nn" $version
	done
	entry openvpn 'wrong PIN' 1 refused "$id"
done 4<<END
cac-v2 3 1 00 1
dual-gemalto-gx4 4 1 03 1-2
piv-only-sce7 4 1 00 1
piv-ecc 4 1 00 1
END
finish
