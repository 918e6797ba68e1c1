# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# A TLS server that demands a certificate of the card's PKI and is the judge of
# every handshake. A test sources it after lib.sh; tls_stop ends the server.

# One authority and certificate for 127.0.0.1 in $tmp/tls.
tls_keys() {
	mkdir -p "$tmp/tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-days 30 -subj '/CN=TEST SERVER CA' -keyout "$tmp/tls/ca.key" \
		-out "$tmp/tls/ca.pem" 2>"$tmp/tls/err"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj '/CN=localhost' -keyout "$tmp/tls/server.key" \
		-out "$tmp/tls/server.csr" 2>>"$tmp/tls/err"
	printf '%s\n' 'subjectAltName=IP:127.0.0.1,DNS:localhost' \
		'extendedKeyUsage=serverAuth' >"$tmp/tls/ext"
	openssl x509 -req -in "$tmp/tls/server.csr" -days 30 -CAcreateserial \
		-CA "$tmp/tls/ca.pem" -CAkey "$tmp/tls/ca.key" \
		-extfile "$tmp/tls/ext" -out "$tmp/tls/server.pem" \
		2>>"$tmp/tls/err"
}

tls_pid=
# tls_start 1.2|1.3 [S_SERVER-OPTION]...: https://127.0.0.1:$tls_port
tls_start() {
	version=$1
	shift
	cat "$(pki)/root.pem" "$(pki)/ca.pem" >"$tmp/tls/clients.pem"
	: >"$tmp/tls/log"
	mkfifo "$tmp/tls/in"
	# Its input must not end.
	sleep 3600 >"$tmp/tls/in" &
	tls_input=$!
	openssl s_server -accept 127.0.0.1:0 -"tls$(echo "$version" | tr . _)" \
		-cert "$tmp/tls/server.pem" -key "$tmp/tls/server.key" \
		-CAfile "$tmp/tls/clients.pem" -Verify 3 -verify_return_error \
		-www "$@" <"$tmp/tls/in" >"$tmp/tls/log" 2>&1 &
	tls_pid=$!
	turns=0
	until grep -q '^ACCEPT' "$tmp/tls/log"; do
		turns=$((turns + 1))
		[ $turns -lt 2400 ] && kill -0 $tls_pid || return 1
		sleep 0.05
	done
	tls_port=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' "$tmp/tls/log")
}

tls_stop() {
	[ -n "$tls_pid" ] || return 0
	kill "$tls_pid" "$tls_input" 2>/dev/null || :
	wait "$tls_pid" "$tls_input" 2>/dev/null || :
	tls_pid=
	rm -f "$tmp/tls/in"
}
trap 'tls_stop; rm -rf "$tmp"' EXIT

# tls_saw NN: the server verified that certificate of the card, and no other
tls_saw() {
	# -www shows the client's certificate on the page, in PEM.
	sed -n '/-BEGIN CERT/,/-END CERT/p' "$1" | openssl x509 -outform DER \
		>"$tmp/tls/seen.der" 2>>"$tmp/tls/err" &&
		cmp "$tmp/tls/seen.der" "$(pki)/$2.der"
}
