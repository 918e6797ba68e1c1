#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# p11-kit's ways to a module: its server and client, its proxy, a user's own
# registration, and a command as the remote end. Listing and signing by each.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'p11-kit is tried with the plain build'
need p11-kit p11-kit
need p11tool gnutls-bin
need pkcs11-tool opensc
need openssl openssl
folder=$(dirname "$(find /usr/lib /usr/lib64 /usr/local/lib \
	-name p11-kit-client.so 2>/dev/null | head -n 1)")
[ "$folder" != . ] || skip 'no p11-kit-client.so (Debian: p11-kit-modules)'
proxy=$(find /usr/lib /usr/lib64 /usr/local/lib -name p11-kit-proxy.so \
	2>/dev/null | head -n 1)
export MODULE pin
printf 'some words' >"$tmp/text"

# check_signature NN: what pkcs11-tool left
check_signature() {
	openssl x509 -inform DER -in "$(pki)/$1.der" -pubkey -noout \
		>"$tmp/public.pem"
	openssl dgst -sha256 -verify "$tmp/public.pem" \
		-signature "$tmp/work/sig" "$tmp/text" >"$tmp/openssl.err" 2>&1
}
certificates() {
	[ "$(grep -c 'Type: X.509 Certificate' "$tmp/out")" -eq "$1" ]
}
fresh() {
	rm -rf "$tmp/work"
	mkdir "$tmp/work"
	chmod 777 "$tmp/work"
}

# The server is started and ended in front of the card, in its folder.
cat >"$tmp/serve" <<'END'
cd "$1"
shift
socket=p11-kit.$$
p11-kit server -f -n $socket --provider "$MODULE" 'pkcs11:' >server.log 2>&1 &
server=$!
polls=0
# That it is there is not enough: it must listen.
until grep -q " 00010000 .* $socket\$" /proc/net/unix; do
	polls=$((polls + 1))
	[ $polls -lt 2400 ] && kill -0 $server || exit 1
	sleep 0.05
done
P11_KIT_SERVER_ADDRESS=unix:path=$PWD/$socket
export P11_KIT_SERVER_ADDRESS
rc=0
"$@" || rc=$?
kill $server
wait $server
exit $rc
END
by_client() {
	fresh
	with_card sh "$tmp/serve" "$tmp/work" "$@" >"$tmp/out" 2>"$tmp/out.err"
}
client=$folder/p11-kit-client.so
remote_list() {
	by_client p11tool --provider "$client" --list-all-certs pkcs11: &&
		certificates "$1"
}
remote_test_sign() {
	by_client p11tool --batch --provider "$client" --login \
		--set-pin "$pin" --test-sign "pkcs11:id=$1;type=private" &&
		grep -q 'public key in the token... ok' "$tmp/out.err"
}
remote_sign() {
	by_client pkcs11-tool --module "$client" --login --pin "$pin" --id "$1" \
		-s -m SHA256-RSA-PKCS -i "$tmp/text" -o sig &&
		check_signature "$2"
}
# Each client has a process of its own behind the server.
remote_crowd() {
	# shellcheck disable=SC2016
	by_client sh -c 'for i in 1 2 3 4; do
		pkcs11-tool --module "$0" --login --pin "$pin" --id "$1" \
			-s -m SHA256-RSA-PKCS -i "$2" -o sig$i &
		jobs="$jobs $!"
	done
	for job in $jobs; do wait $job || exit 1; done' \
		"$client" "$1" "$tmp/text" || return 1
	for i in 1 2 3 4; do
		mv "$tmp/work/sig$i" "$tmp/work/sig"
		check_signature 00 || return 1
	done
}
remote_wrong() {
	not by_client pkcs11-tool --module "$client" --login \
		--pin "$wrong_pin" -O && grep -q CKR_PIN_INCORRECT "$tmp/out.err"
}

# Root has no registration of its own in p11-kit, so root becomes nobody.
as_user=
if [ "$(id -u)" -eq 0 ]; then
	need setpriv util-linux
	as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
fi
config=$tmp/config/pkcs11/modules
mkdir -p "$config"
# OpenSC's module, loaded below the preloaded library, can stop for ever.
echo 'user-config: only' >"$tmp/config/pkcs11/pkcs11.conf"
chmod 755 "$tmp"
cp "$MODULE" "$EMULATOR" "$tmp"
cp -r "$CAC_EMULATOR_PROFILES" "$tmp/profiles"
# register LINE: in the user's folder, in place of the module's path
register() {
	sed "s#^module: .*#$1#" "$srcdir/p11-kit/cac-pkcs11.module" \
		>"$config/cac-pkcs11.module"
}
user() {
	fresh
	rm -rf "$tmp/keys" "$tmp/report"
	cp -r "$(pki)" "$tmp/keys"
	chmod -R a+rX "$tmp/keys"
	: >"$tmp/user-report"
	chmod 666 "$tmp/user-report"
	rc=0
	$as_user env HOME=/nonexistent XDG_CONFIG_HOME="$tmp/config" \
		"$tmp/cac-emulator" run --card "$card" --pki "$tmp/keys" \
		--profiles "$tmp/profiles" --report "$tmp/user-report" \
		-- "$@" >"$tmp/out" 2>"$tmp/out.err" || rc=$?
	cp "$tmp/user-report" "$tmp/report"
	return $rc
}
user_lists() {
	user p11tool --list-all-certs 'pkcs11:manufacturer=Common%20Access%20Card' &&
		certificates "$1"
}
user_signs() {
	user p11tool --batch --login --set-pin "$pin" --test-sign \
		"pkcs11:manufacturer=Common%20Access%20Card;id=$1;type=private" &&
		grep -q 'public key in the token... ok' "$tmp/out.err"
}
proxy_signs() {
	user pkcs11-tool --module "$proxy" --login --pin "$pin" \
		--token-label TEST.CARD.ONE.1234567890 --id "$1" -s \
		-m SHA256-RSA-PKCS -i "$tmp/text" -o "$tmp/work/sig" &&
		check_signature "$2"
}
proxy_lists() {
	user pkcs11-tool --module "$proxy" -L &&
		grep -q 'token label *: TEST.CARD.ONE' "$tmp/out"
}

# all_ways CERTIFICATES ID IDHEX NN VERIFIES
all_ways() {
	entry p11-kit 'server: p11tool lists' 0 remote_list "$1"
	entry p11-kit 'server: p11tool signs' "$5" remote_test_sign "$2"
	entry p11-kit 'server: pkcs11-tool signs' 1 remote_sign "$3" "$4"
	entry p11-kit 'server: wrong PIN' 1 remote_wrong
	register "module: $tmp/cac-pkcs11.so"
	entry p11-kit 'user: p11tool lists' 0 user_lists "$1"
	entry p11-kit 'user: p11tool signs' "$5" user_signs "$2"
	entry p11-kit 'proxy: pkcs11-tool lists' 0 proxy_lists
	entry p11-kit 'proxy: pkcs11-tool signs' 1 proxy_signs "$3" "$4"
	register "remote: |p11-kit remote $tmp/cac-pkcs11.so"
	entry p11-kit 'remote command: p11tool lists' 0 user_lists "$1"
	entry p11-kit 'remote command: p11tool signs' "$5" user_signs "$2"
}

use_card cac-v2
all_ways 3 %00%01 0001 00 1
# One for each login, and for each use after another's end has reset the card
entry p11-kit 'server: four clients sign' 4-8 remote_crowd 0001
use_card dual-gemalto-gx4
all_ways 4 %01 01 03 1-2
use_card piv-only-sce7
all_ways 4 %01 01 00 1
finish
