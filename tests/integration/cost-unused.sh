#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the module costs programs that never use the card: no transfer, and
# instructions for less than 5 ms. Each program runs twice, before and after
# cac-tool register, which is all that differs.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'sanitizers would be measured, too'
need valgrind valgrind
need wget wget
need gnutls-cli gnutls-bin
need trust p11-kit
need openssl openssl
need unshare util-linux
tool=$builddir/tools/cac-tool/cac-tool

# 5 ms of a core that ends 3,000 million instructions in a second, which is one
# for each cycle at 3 GHz
limit=$((5 * 3000 * 1000))

unset SUDO_UID

# p11-kit ignores the own modules of root, and cac-tool does not write there.
as_user=
[ "$(id -u)" -ne 0 ] || as_user='unshare --map-user=1000 --map-group=1000'
$as_user true 2>/dev/null || skip 'no name space for another user'

# Other modules of this machine stay out, but for the one that p11-kit brings.
kit=$HOME/.config/pkcs11
mkdir -p "$kit/modules"
echo 'user-config: only' >"$kit/pkcs11.conf"
printf '%s\n' 'module: p11-kit-trust.so' 'trust-policy: yes' \
	>"$kit/modules/p11-kit-trust.module"

by_wget_with_authority() {
	"$@" wget -q -O "$tmp/page" --ca-certificate="$tmp/tls/ca.pem" "$url" &&
		grep -q "$protocol" "$tmp/page"
}
by_wget() {
	"$@" wget -q -O "$tmp/page" --no-check-certificate "$url" &&
		grep -q "$protocol" "$tmp/page"
}
by_gnutls_with_authority() {
	"$@" gnutls-cli --x509cafile "$tmp/tls/ca.pem" -p "$tls_port" 127.0.0.1 \
		</dev/null >"$tmp/page" && grep -q "$protocol" "$tmp/page"
}
# The authorities are objects of p11-kit's own module here.
by_gnutls_with_p11_kit() {
	"$@" gnutls-cli --x509cafile 'pkcs11:token=System%20Trust' --insecure \
		-p "$tls_port" 127.0.0.1 </dev/null >"$tmp/page" &&
		grep -q "$protocol" "$tmp/page"
}
by_trust() {
	"$@" trust list >"$tmp/page"
}
# One that does use the card
by_p11tool() {
	"$@" p11tool --list-tokens >"$tmp/page" && grep -q TEST.CARD "$tmp/page"
}

registered() {
	$as_user "$tool" register --module "$MODULE" >"$tmp/out" \
		2>"$tmp/register.err"
}
# watched FILE PROGRAM: as the user, in front of the reader and the card
watched() {
	# shellcheck disable=SC2086
	"by_$2" emulate --report "$1.report" --log "$1.bus" -- $as_user \
		valgrind -v --tool=callgrind --log-file="$1.log" \
		--callgrind-out-file="$tmp/calls" 2>"$tmp/watched.err"
}
instructions() {
	sed -n 's/.*Collected : //p' "$1.log"
}
# silent FILE: the bus carried what it does for `true`, the reader being set up
silent() {
	cp "$1.report" "$tmp/report"
	[ "$(number round_trips)" = 0 ] && [ "$(number exchanges)" = 0 ] &&
		cmp -s "$1.bus" "$tmp/true.bus"
}
is_loaded() {
	grep -q 'Reading syms from .*cac-pkcs11' "$1.log"
}
cheap() {
	with=$(instructions "$tmp/with.$1")
	without=$(instructions "$tmp/without.$1")
	more=$((with - without))
	[ $more -lt $limit ]
}

# measured PROGRAM CONSUMER TLS: both runs are over
measured() {
	result=fail
	! silent "$tmp/with.$1" || ! cheap "$1" || result=pass
	ok "$1: no transfer, no exchange" silent "$tmp/with.$1"
	ok "$1: less than $limit more instructions, 5 ms at 3 GHz" cheap "$1"
	loaded='not loaded'
	! is_loaded "$tmp/with.$1" || loaded=loaded
	echo "    $loaded: $with - $without = $more"
	shaken=1
	[ "$3" != - ] || shaken=-
	columns "$2" "$card" "$3" "$loaded, $more instructions" $result 0 \
		"$(verifies)" $shaken "$(number exchanges)" $((more / 3000000))
}

use_card cac-v2
emulate --log "$tmp/true.bus" -- true
tls_keys
# It asks for a certificate, but does not insist.
tls_start 1.3 -verify 3
protocol='TLS.*1.3'
url=https://127.0.0.1:$tls_port/
programs='wget_with_authority wget gnutls_with_authority gnutls_with_p11_kit
	trust'
for program in $programs; do
	ok "$program without the module" \
		watched "$tmp/without.$program" "$program"
done
ok 'cac-tool registers the module' registered
for program in $programs; do
	ok "$program with the module" watched "$tmp/with.$program" "$program"
done
tls_stop
measured wget_with_authority wget 1.3
measured wget wget 1.3
measured gnutls_with_authority gnutls-cli 1.3
measured gnutls_with_p11_kit gnutls-cli 1.3
measured trust trust -
# The zeros are worth something: it is loaded, and would have been heard.
ok 'p11-kit loads the module for one of them' \
	is_loaded "$tmp/with.gnutls_with_p11_kit"
ok 'p11tool finds the card there' watched "$tmp/with.p11tool" p11tool
ok 'which is heard' not silent "$tmp/with.p11tool"
finish
