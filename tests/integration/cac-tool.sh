#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cac-tool list, export, pin and diagnose, in front of emulated readers.
. "${srcdir:?}/tests/integration/tool.sh"
need openssl openssl
# What is shown does not depend on where the tests run.
LC_ALL=C.UTF-8
export LC_ALL

# run ARGUMENT...: cac-tool in front of the reader
run() {
	emulate ${fault:+--inject "$fault"} -- "$tool" "$@" \
		>"$tmp/out" 2>"$tmp/out.err" </dev/null
}
fault=

# URIs as p11tool has them: they are what users write down.
same_uris() {
	run list && list && {
		sed -n 's/^      URI *//p' "$tmp/out" | sort >"$tmp/ours"
		sed -n 's/.*URL: //p' "$tmp/list" | sort >"$tmp/theirs"
		[ -s "$tmp/ours" ] && cmp "$tmp/ours" "$tmp/theirs"
	}
}
if command -v p11tool >/dev/null; then
	for card in cac-v1 cac-v2 cac-v2-holes dual-gemalto-gx4 \
		dual-oberthur-v5.5 piv-ecc piv-key-history alt-aca alt-bare; do
		ok "$card: the URIs of p11tool" same_uris
	done
fi

card=cac-v2
ok 'list' run list
ok 'list: model and label' says 'CAC v2, serial [0-9a-f]*, TEST.CARD.ONE'
ok 'list: tries' says 'PIN: 3 tries left'
ok 'list: purpose, key, validity, id' says \
	'CAC ID Certificate .*authentication .*RSA 2048 .*until 2049-12-31  0001'
ok 'list: encryption' says 'CAC Email Encryption Certificate *encryption'
ok 'list: issuer' says 'issuer .*CN=TEST DOD CA 1'
ok 'list: no progress where no terminal is' [ ! -s "$tmp/out.err" ]
ok 'list: the reader asked for' run list --reader 1
ok 'list: no such reader' is_rc 1 run list --reader 2
ok 'list: no such number' is_rc 2 run list --reader one
ok 'list: no operands' is_rc 2 run list all
ok 'list: no such option' is_rc 2 run list --frobnicate
ok 'no subcommand' is_rc 2 run
ok 'no such subcommand' is_rc 2 run frobnicate
ok 'help' run --help
ok 'help of a subcommand' run export --help
ok 'version' run --version

ok 'list --json' run list --json
ok 'list --json: it is JSON' is_json
for key in '"number": 1' '"state": "card"' '"problem": null' \
	'"model": "CAC v2"' '"label": "TEST.CARD.ONE.1234567890"' \
	'"pinTriesLeft": 3' '"id": "0001"' '"notAfter": "2049-12-31T23:59:59Z"' \
	'"expired": false' '"type": "RSA"' '"bits": 2048'; do
	ok "list --json: $key" says "^ *$key,\\?\$"
done
fingerprint() {
	openssl x509 -inform DER -in "$(pki)/00.der" -noout -fingerprint \
		-sha256 | sed 's/.*=//; s/://g' | tr 'A-F' 'a-f'
}
ok 'list --json: fingerprint' says "\"sha256\": \"$(fingerprint)\""

card=cac-v2-holes
ok 'an empty container' run list
ok 'an empty container is named' says 'CAC ID Certificate: the container is empty'
ok 'an empty container, JSON' run list --json
ok 'an empty container, JSON: it is JSON' is_json
ok 'an empty container, JSON: named' says '"code": "CARD_EMPTY"'
card=piv-ecc
ok 'elliptic curves' run list
ok 'elliptic curves: named' says 'EC P-\(256\|384\)'
card=foreign
ok 'a card that is none of ours' is_rc 1 run list
ok 'a card that is none of ours: said so' says 'not a Common Access Card'
card=hostile-bomb
ok 'a card of which a part cannot be read' is_rc 4 run list --json
ok 'a part cannot be read: it is JSON' is_json
ok 'a part cannot be read: named' says '"unread": true'
for card in hostile-urls hostile-lengths hostile-zeros hostile-61 \
	hostile-ber hostile-next; do
	hostile() {
		run list --json || [ $? -le 4 ]
		is_json
	}
	ok "$card: JSON all the same" hostile
done

card=none
ok 'no card' is_rc 3 run list
ok 'no card: what to do' says 'no card in the reader: insert it'
ok 'no card, JSON' is_rc 3 run list --json
ok 'no card, JSON: it is JSON' is_json
ok 'no card, JSON: state' says '"state": "empty"'
ok 'no card: nothing to export' is_rc 3 run export --all
ok 'no card: no tries' is_rc 3 run pin status
reader=none
ok 'no reader' is_rc 3 run list
ok 'no reader: what to do' says 'Plug in'
ok 'no reader, JSON' is_rc 3 run list --json
ok 'no reader, JSON: an empty list' says '"readers": \[\]'
ok 'no reader: diagnose' run diagnose
reader=scr3310-v2
card=cac-v2
held() {
	emulate --busy-for 1000000 -- "$tool" "$@" \
		>"$tmp/out" 2>"$tmp/out.err"
}
ok 'another program holds the reader' is_rc 1 held list
ok 'another program: which, and what to do' \
	says 'another program holds the reader: stop it .*pid [0-9]*, has it open'
held_json() {
	held list --json
}
ok 'another program, JSON' is_rc 1 held_json
ok 'another program, JSON: code' says '"code": "USB_BUSY"'

# What a terminal shows: as wide as it is, and progress beside it.
on_terminal() {
	LC_ALL=C emulate -- script -qec "stty cols $1 2>/dev/null; '$tool' list" \
		/dev/null >"$tmp/out" 2>"$tmp/out.err" </dev/null
}
fits() {
	tr '\r' '\n' <"$tmp/out" | sed 's/.\[K//g' | grep -v 'URI\|Reader 1: C' |
		awk -v most="$1" 'length > most { exit 1 }'
}
if command -v script >/dev/null; then
	ok 'on a narrow terminal' on_terminal 76
	ok 'on a narrow terminal: it fits' fits 76
	ok 'on a terminal: progress' says 'CAC Email Signature Certificate (2 of'
fi

# Exported is what is on the card.
same_der() {
	cmp "$1" "$(pki)/$2.der"
}
pem_is() {
	openssl x509 -in "$1" -outform DER | cmp - "$(pki)/$2.der"
}
ok 'export: by label' run export --label 'CAC ID Certificate'
ok 'export: PEM' pem_is "$tmp/out" 00
ok 'export: by id' run export --id 0002
ok 'export: by id, PEM' pem_is "$tmp/out" 01
ok 'export: by the id of a URI' run export --id %00%03 --format der
ok 'export: DER' same_der "$tmp/out" 02
ok 'export: to a file' run export --id 0001 --format der --out "$tmp/one.der"
ok 'export: the file' same_der "$tmp/one.der" 00
mkdir "$tmp/folder"
ok 'export: all' run export --all --out "$tmp/folder"
ok 'export: all, first' \
	pem_is "$tmp/folder/0001-cac-id-certificate.pem" 00
ok 'export: all, last' \
	pem_is "$tmp/folder/0003-cac-email-encryption-certificate.pem" 02
ok 'export: all on one stream' run export --all
ok 'export: all on one stream, three' \
	[ "$(grep -c BEGIN "$tmp/out")" -eq 3 ]
ok 'export: one of three must be chosen' is_rc 2 run export
ok 'export: no such label' is_rc 3 run export --label nothing
ok 'export: no such format' is_rc 2 run export --all --format xml
ok 'export: label and id' is_rc 2 run export --label x --id 0001
ok 'export: all as DER on one stream' is_rc 2 run export --all --format der
ok 'export: a folder that is not there' \
	is_rc 1 run export --id 0001 --out "$tmp/nowhere/x.pem"
for name in root ca; do
	openssl x509 -inform DER -in "$(pki)/$name.der" -out "$tmp/$name.pem"
done
cat "$tmp/root.pem" "$tmp/ca.pem" >"$tmp/authorities.pem"
ok 'export: a chain' \
	run export --id 0001 --chain --bundle "$tmp/authorities.pem"
chain_order() {
	openssl crl2pkcs7 -nocrl -certfile "$tmp/out" |
		openssl pkcs7 -print_certs -noout | sed -n 's/^subject=.*CN = //p' \
		>"$tmp/order"
	[ "$(wc -l <"$tmp/order")" -eq 3 ] &&
		sed -n 1p "$tmp/order" | grep -q TEST.CARD.ONE &&
		sed -n 2p "$tmp/order" | grep -q 'CA 1' &&
		openssl verify -CAfile "$tmp/root.pem" -untrusted "$tmp/out" \
			"$tmp/out" >/dev/null
}
ok 'export: leaf, issuer, root' chain_order
ok 'export: a chain that ends early' is_rc 4 run export --id 0001 --chain
ok 'export: a chain that ends early: said so' says 'the chain ends early'

two() {
	"$EMULATOR" run --reader scr3310-v2 --card none --reader scr3310-v1 \
		--card cac-v2 --profiles "$CAC_EMULATOR_PROFILES" \
		--pki "$(pki)" -- "$tool" "$@" >"$tmp/out" 2>"$tmp/out.err"
}
ok 'two readers: one card to export' two export --id 0001
ok 'two readers' two list
ok 'two readers: both' says '^Reader 2:'
ok 'two readers: one of them is empty' says 'no card in the reader'

# A fault on the way: the whole list all the same.
fault='f6 ins=C0 skip=9'
ok 'a fault on the way' run list
ok 'a fault on the way: complete' \
	[ "$(grep -c URI "$tmp/out")" -eq 3 ]
fault=

# PINs: typed on a terminal, changed on the card.
ok 'pin status' run pin status
ok 'pin status: tries' says '^3 tries left'
ok 'pin: no verb' is_rc 2 run pin
ok 'pin: none on the command line' is_rc 2 run pin change 123456
no_terminal() {
	emulate -- setsid -w "$tool" pin change \
		>"$tmp/out" 2>"$tmp/out.err" </dev/null
}
ok 'pin change wants a terminal' is_rc 1 no_terminal
ok 'pin change wants a terminal: said so' says 'there is none'

# typed PIN... for each question: type the answer once it is asked
typed() {
	rm -f "$tmp/keys"
	mkfifo "$tmp/keys"
	: >"$tmp/screen"
	emulate --report "$tmp/report" --log "$tmp/log" -- \
		script -qefc "$change" "$tmp/screen" \
		<"$tmp/keys" >/dev/null 2>"$tmp/out.err" &
	pid=$!
	exec 9>"$tmp/keys"
	question=0
	for answer in "$@"; do
		question=$((question + 1))
		while [ "$(grep -o 'PIN[^.]*: ' "$tmp/screen" | wc -l)" -lt \
			$question ] && kill -0 $pid 2>/dev/null; do
			sleep 0.02
		done
		printf '%s\n' "$answer" >&9
	done
	rc=0
	wait $pid || rc=$?
	exec 9>&-
	cp "$tmp/screen" "$tmp/out"
	return $rc
}
# The card of one run is the one that the next command sees.
change="'$tool' pin change"
secret_kept() {
	[ -s "$tmp/trace" ] && ! grep -q -e 77777777 -e 654321 \
		-e '37 37 37 37' -e '36 35 34 33' \
		"$tmp/screen" "$tmp/log" "$tmp/trace"
}
if command -v script >/dev/null; then
	CAC_PKCS11_TRACE=$tmp/trace
	export CAC_PKCS11_TRACE
	pin=77777777
	ok 'pin change' typed "$pin" 654321 654321
	ok 'pin change: done' says 'The PIN is changed'
	ok 'pin change: not seen, logged or traced' secret_kept
	change="'$tool' pin change && '$tool' pin change"
	ok 'pin change: the new one counts' \
		typed "$pin" 654321 654321 654321 111111 111111
	change="'$tool' pin change"
	ok 'a wrong PIN' is_rc 1 typed 000000 654321 654321
	ok 'a wrong PIN: tries' says '2 tries left'
	ok 'two different new PINs' is_rc 1 typed "$pin" 654321 654322
	ok 'two different new PINs: said so' says 'nothing has changed'
	ok 'a short new PIN' is_rc 1 typed "$pin" 12345
	ok 'letters' is_rc 1 typed "$pin" 12345x
	ok 'nothing typed' is_rc 1 typed ''
	ok 'a PIN that is too long' is_rc 1 typed 123456789
	ok 'what was refused never reached the card' not grep -q \
		'24 00 8\|20 00 8' "$tmp/log"
	unset CAC_PKCS11_TRACE
fi

# On the reader's own pad nothing passes through here.
padded() {
	"$EMULATOR" run --reader "$1" --card "$card" --pad "$2" \
		--profiles "$CAC_EMULATOR_PROFILES" --pki "$(pki)" -- \
		setsid -w "$tool" pin change \
		>"$tmp/out" 2>"$tmp/out.err" </dev/null
}
ok 'pin change on a pad' padded apdu-pad '77777777 654321 654321'
ok 'pin change on a pad: done' says 'The PIN is changed'
ok 'pin change on a pad: a wrong PIN' \
	is_rc 1 padded apdu-pad '111111 654321 654321'
ok 'pin change on a pad: tries' says '2 tries left'
ok 'pin change on a pad: cancelled' is_rc 1 padded apdu-pad cancel
ok 'pin change on a pad: cancelled, said so' says 'cancelled'

# For Flatpaks: the server of the unit that register prints.
serve() {
	mkdir -p "$HOME/.var/app/org.example/.pki/nssdb" "$tmp/cac-pkcs11"
	"$tool" register --module "$MODULE" --browser chrome --dry-run \
		>"$tmp/out" 2>"$tmp/out.err"
	server=$(sed -n '/^ExecStart=/,/[^\\]$/p' "$tmp/out" |
		sed "s/^ExecStart=//; s/\\\\\$//; s#%t#$tmp#; s/%%/%/g" | tr '\n' ' ')
	client=$(sed -n 's/.* --module \(.*p11-kit-client.so\)$/\1/p' "$tmp/out")
	# shellcheck disable=SC2016
	emulate -- sh -c '
		$1 >"$2/server" 2>&1 &
		pid=$!
		until [ -S "$2/cac-pkcs11/socket" ]; do
			kill -0 $pid || exit
			sleep 0.02
		done
		P11_KIT_SERVER_ADDRESS=unix:path=$2/cac-pkcs11/socket \
			p11tool --provider "$3" --list-all-certs pkcs11:
		kill $pid
		wait $pid' sh "$server" "$tmp" "$client" >"$tmp/list" 2>&1 || :
	[ "$(listed)" -eq 3 ]
}
if [ -x /usr/bin/p11-kit ] && command -v p11tool >/dev/null &&
	[ -z "${SANITIZERS:-}" ]; then
	ok 'p11-kit server as printed: three certificates' serve
fi

ok 'diagnose' run diagnose
ok 'diagnose: versions' says 'libusb  *1\.'
ok 'diagnose: the reader' says '04e6:5116'
ok 'diagnose: the node' says '/dev/bus/usb/'
ok 'diagnose: the card' says 'CAC v2, serial (not shown)'
ok 'diagnose: no names' not says 'TEST.CARD.ONE'
ok 'diagnose: names when asked for' run diagnose --personal
ok 'diagnose: names' says 'TEST.CARD.ONE'
finish
