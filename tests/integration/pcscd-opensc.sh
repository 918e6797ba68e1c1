#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# pcscd, libccid and OpenSC meet the emulated reader and read every
# certificate of the emulated card, and sign with two of its keys where it has
# PIV: the emulator judged by strangers.
set -eu

opensc_module() {
	for dir in /usr/lib/*/pkcs11 /usr/lib64/pkcs11 /usr/lib/pkcs11; do
		[ -e "$dir/opensc-pkcs11.so" ] || continue
		echo "$dir/opensc-pkcs11.so"
		return
	done
}

# As the emulator's command; /run is our own.
inside() {
	work=$1
	pcscd --foreground --debug >"$work/pcscd.log" 2>&1 &
	daemon=$!
	trap 'kill $daemon; wait $daemon || :' EXIT
	turns=0
	until [ -S /run/pcscd/pcscd.comm ]; do
		turns=$((turns + 1))
		[ $turns -lt 2400 ] || return 1
		kill -0 $daemon || return 1
		sleep 0.05
	done
	# Clients of pcscd see no USB. Under the preloaded library the GLib
	# threads that OpenSC starts while it is loaded can stop for ever.
	unset LD_PRELOAD
	opensc-tool --atr >"$work/atr"
	module=$(opensc_module)
	pkcs11-tool --module "$module" --list-objects --type cert \
		>"$work/list"
	if [ -e "$work/piv" ]; then
		inside_piv "$work" "$module"
		return
	fi
	for der in "$work"/pki/[0-9][0-9].der; do
		number=$(basename "$der" .der)
		id=$(printf '%04d' $((1$number - 100 + 1)))
		pkcs11-tool --module "$module" --read-object --type cert \
			--id "$id" --output-file "$work/$number.read"
		cmp "$der" "$work/$number.read"
	done
}

# $work/piv: for each certificate the id that OpenSC gives it and our number.
inside_piv() {
	[ "$(grep -c '^Certificate' "$1/list")" -eq "$(wc -l <"$1/piv")" ]
	while read -r id number; do
		pkcs11-tool --module "$2" --read-object --type cert \
			--id "$id" --output-file "$1/$number.read" </dev/null
		cmp "$1/pki/$number.der" "$1/$number.read"
	done <"$1/piv"
	head -n 2 "$1/piv" | while read -r id number; do
		sign "$1" "$2" "$id" "$1/pki/$number.der"
	done
}

# 32 bytes: a hash of P-256, or any data for RSA
sign() {
	head -c 32 "$4" >"$1/data"
	mechanism=RSA-PKCS
	openssl x509 -inform DER -in "$4" -noout -pubkey >"$1/public"
	case $(openssl pkey -pubin -in "$1/public" -noout -text) in
	*'ASN1 OID'*) mechanism=ECDSA ;;
	esac
	pkcs11-tool --module "$2" --login --pin 77777777 --sign --id "$3" \
		--mechanism "$mechanism" --signature-format openssl \
		--input-file "$1/data" --output-file "$1/signature" </dev/null
	openssl pkeyutl -verify -pubin -inkey "$1/public" \
		-in "$1/data" -sigfile "$1/signature"
}

if [ "${1:-}" = inside ]; then
	mount -t tmpfs tmpfs /run
	inside "$2"
	exit
fi

PATH=$PATH:/usr/sbin:/sbin
export PATH
: "${EMULATOR:?}" "${CAC_EMULATOR_PROFILES:?}"
for tool in pcscd opensc-tool pkcs11-tool openssl unshare; do
	command -v "$tool" >/dev/null || {
		echo "$tool is missing (Debian: pcscd libccid opensc openssl)"
		exit 77
	}
done
[ -n "$(opensc_module)" ] || {
	echo 'opensc-pkcs11.so is missing (Debian: opensc-pkcs11)'
	exit 77
}
[ -d /usr/lib/pcsc/drivers/ifd-ccid.bundle ] || {
	echo 'ifd-ccid.bundle is missing (Debian: libccid)'
	exit 77
}
unshare --map-root-user --mount true 2>/dev/null || {
	echo 'no name space for a /run of our own'
	exit 77
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail=0
for card in cac-v2 cac-v2-cosmo52 dual-gemalto-gx4 dual-oberthur-v5.5 \
	dual-idemia-cosmo-v8 piv-only-sce7 piv-ecc; do
	rm -rf "$work"/*
	case $card in
	dual-*) printf '%s %s\n' 01 03 02 01 03 02 >"$work/piv" ;;
	piv-*) printf '%s %s\n' 01 00 02 01 03 02 04 03 >"$work/piv" ;;
	esac
	"$EMULATOR" run --profiles "$CAC_EMULATOR_PROFILES" --card "$card" \
		--pki "$work/pki" --log "$work/log" --report "$work/report" \
		-- unshare --map-root-user --mount sh "$0" inside "$work" && {
		echo "$card: $(wc -l <"$work/atr") ATR," \
			"$(grep -c '^Certificate' "$work/list") certificates"
		continue
	}
	echo "$card: failed"
	tail -n 20 "$work/pcscd.log" "$work/log"
	fail=1
done
exit $fail
