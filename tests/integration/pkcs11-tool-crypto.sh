#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSC's pkcs11-tool on every card: its own test, and signatures, decryption
# and key agreement with each key and mechanism, checked by OpenSSL against the
# certificate. All commands for a card are one run of the emulator.
#
#	pkcs11-tool-crypto.sh [PROFILE]...
#
# One card of each kind tries all; the others a mechanism or two, with the first
# keys and the last one. Those that are named, or all with CONSUMERS_FULL=1, try all.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
need pkcs11-tool opensc
need openssl openssl
printf 'sixteen words of text that are to be signed, or to be kept secret' \
	>"$tmp/text"
head -c 40 "$tmp/text" >"$tmp/short"
openssl dgst -sha256 -binary "$tmp/text" >"$tmp/hash"
d=$tmp/jobs
full=" cac-v1 cac-v2 alt-aca dual-gemalto-gx4 piv-only-sce7 piv-ecc $* "
thorough() {
	[ -n "${CONSUMERS_FULL:-}" ] && return 0
	case $full in *" $card "*) return 0 ;; esac
	return 1
}

# A job is a pkcs11-tool command; a list of them is run in front of one card.
begin_jobs() {
	rm -rf "$d"
	mkdir "$d"
	expected=0
	cat >"$d/jobs.sh" <<'END'
job() {
	name=$1
	shift
	rc=0
	pkcs11-tool --module "$MODULE" "$@" >"$name.out" 2>"$name.log" || rc=$?
	echo $rc >"$name.rc"
}
END
}
# job NAME OPTION...: with words that need no quotes
job() {
	echo "job $*" >>"$d/jobs.sh"
}
# private_job NAME ID OPTION...: a login, and one use of this key
private_job() {
	name=$1 key=$2
	shift 2
	job "$name" --login --pin "$pin" --id "$key" "$@"
	expected=$((expected + $(cost "$key")))
}
# What that is in VERIFYs: one more when the key wants one before each use, or
# lies in the half of a card that the login was not for.
cost() {
	if grep -q "^$1 .* always" "$tmp/keys" ||
		{ [ ${#1} -eq 4 ] && grep -q '^.. ' "$tmp/keys"; }; then
		echo 2
	else
		echo 1
	fi
}
run_jobs() {
	with_card sh -c "cd '$d' && MODULE='$MODULE' && . ./jobs.sh" \
		>"$tmp/out" 2>"$tmp/out.err"
}
said() {
	[ "$(cat "$d/$1.rc" 2>/dev/null)" = 0 ] && return 0
	echo "    $1: $(grep -s rv "$d/$1.log")"
	return 1
}

# find_keys: "ID type always|once usage" of each private key, into $tmp/keys
find_keys() {
	with_card pkcs11-tool --module "$MODULE" --login --pin "$pin" -O \
		>"$tmp/objects" 2>"$tmp/out.err" || return 1
	awk '/^[A-Z]/ { private = /^Private Key/; type = $4 }
		/ID:/ && !/Unique/ { id = $2 }
		/Usage:/ { usage = $2 $3 $4 }
		/Access:/ && private {
			print id, type, /always auth/ ? "always" : "once", usage
		}' "$tmp/objects" >"$tmp/all-keys"
	if thorough; then
		cp "$tmp/all-keys" "$tmp/keys"
	else
		sed '5,$!b
			$!d' "$tmp/all-keys" >"$tmp/keys"
	fi
	[ -s "$tmp/keys" ] && with_card pkcs11-tool --module "$MODULE" -M \
		>"$tmp/mechanisms" 2>"$tmp/out.err"
}
mechanisms() {
	sed -n "s/^  \($1[^,]*\),.*, $2.*/\1/p" "$tmp/mechanisms"
}

# the_test: what pkcs11-tool tries by itself
the_test() {
	with_card pkcs11-tool --module "$MODULE" --login --pin "$pin" --test \
		>"$tmp/out" 2>"$tmp/out.err" &&
		grep -q '^No errors' "$tmp/out" && ! grep -q ERR "$tmp/out"
}

# Certificates and public keys as files: each is one of the PKI's.
read_objects() {
	begin_jobs
	while read -r id type _ <&4; do
		job "cert-$id" -r -y cert --id "$id" -o "$id.der"
		# OpenSC 0.23 cannot make files of elliptic ones (issue 3200).
		[ "$type" = EC ] ||
			job "pubkey-$id" -r -y pubkey --id "$id" -o "$id.spki"
	done 4<"$tmp/keys"
	! thorough || sed -n "s/^  label:  *'\(.*\)'/\1/p" "$tmp/objects" | sort -u |
		while read -r label; do
			job "data-$(echo "$label" | tr -cd '[:alnum:]')" \
				--login --pin "$pin" -r -y data \
				--label "'$label'" -o "'$label.data'"
		done
	run_jobs && check_objects
}
check_objects() {
	rm -rf "$tmp/public"
	mkdir "$tmp/public"
	for rc in "$d"/*.rc; do
		said "$(basename "${rc%.rc}")" || return 1
	done
	while read -r id type _ <&4; do
		openssl x509 -inform DER -in "$d/$id.der" -pubkey -noout \
			>"$tmp/public/$id.pem"
		openssl pkey -pubin -in "$tmp/public/$id.pem" -outform DER \
			>"$d/$id.cert-spki"
		is_of_pki "$d/$id.der" || return 1
		[ "$type" = EC ] ||
			cmp "$d/$id.spki" "$d/$id.cert-spki" || return 1
	done 4<"$tmp/keys"
}
is_of_pki() {
	for der in "$(pki)"/[0-9]*.der; do
		! cmp -s "$1" "$der" || return 0
	done
	return 1
}

# sign_job ID MECHANISM
sign_job() {
	case $2 in
	RSA-PKCS-PSS) private_job "sign-$1-$2" "$1" -s -m "$2" -i ../hash \
		-o "$1-$2.sig" --hash-algorithm SHA256 ;;
	ECDSA) private_job "sign-$1-$2" "$1" -s -m "$2" -i ../hash \
		-o "$1-$2.sig" -f openssl ;;
	ECDSA-*) private_job "sign-$1-$2" "$1" -s -m "$2" -i ../text \
		-o "$1-$2.sig" -f openssl ;;
	*) private_job "sign-$1-$2" "$1" -s -m "$2" -i ../text \
		-o "$1-$2.sig" ;;
	esac
}
# OpenSSL's word on it
verified() {
	key=$tmp/public/$1.pem sig=$d/$1-$2.sig
	hash=$(echo "$2" | sed -n 's/.*\(SHA[0-9]*\).*/\1/p')
	case $2 in
	RSA-PKCS) recovered pkcs1 ;;
	RSA-PKCS-PSS) pkeyutl hash -pkeyopt rsa_padding_mode:pss \
		-pkeyopt digest:sha256 -pkeyopt rsa_pss_saltlen:32 ;;
	RSA-X-509) recovered none ;;
	ECDSA) pkeyutl hash ;;
	*-PSS) openssl dgst "-$hash" -verify "$key" -signature "$sig" \
		-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1 \
		"$tmp/text" ;;
	*) openssl dgst "-$hash" -verify "$key" -signature "$sig" "$tmp/text" ;;
	esac >"$tmp/openssl.err" 2>&1 || {
		echo "    OpenSSL does not verify $2 of key $1"
		return 1
	}
}
recovered() {
	openssl pkeyutl -verifyrecover -pubin -inkey "$key" -in "$sig" \
		-pkeyopt "rsa_padding_mode:$1" | tr -d '\0' | cmp - "$tmp/text"
}
pkeyutl() {
	input=$1
	shift
	openssl pkeyutl -verify -pubin -inkey "$key" -sigfile "$sig" \
		-in "$tmp/$input" "$@"
}

# A salt as long as the hash does not fit into such a key.
too_short() {
	[ "$1" = SHA512-RSA-PKCS-PSS ] &&
		openssl pkey -pubin -in "$tmp/public/$2.pem" -text -noout |
		grep -q '(1024 bit)'
}

# The first key of its kind signs in all ways, the others in some.
all_sign() {
	begin_jobs
	if thorough; then
		few='ECDSA|RSA-(PKCS|PKCS-PSS|X-509)'
	else
		few='ECDSA|RSA-PKCS-PSS'
	fi
	: >"$d/signed"
	while read -r id type always usage <&4; do
		case $usage in *sign*) ;; *) continue ;; esac
		list=$(mechanisms "$([ "$type" = EC ] && echo ECDSA || echo '.*RSA')" \
			'.*sign')
		thorough && [ "$always" = once ] &&
			! grep -q "^$type\$" "$d/seen" 2>/dev/null ||
			list=$(echo "$list" | grep -Ex "$few")
		echo "$type" >>"$d/seen"
		for mechanism in $list; do
			too_short "$mechanism" "$id" && continue
			sign_job "$id" "$mechanism"
			echo "$id $mechanism" >>"$d/signed"
		done
	done 4<"$tmp/keys"
	run_jobs || return 1
	wrong=0
	while read -r id mechanism <&4; do
		said "sign-$id-$mechanism" && verified "$id" "$mechanism" ||
			wrong=$((wrong + 1))
	done 4<"$d/signed"
	echo "    $(wc -l <"$d/signed") signatures, $wrong wrong"
	[ -s "$d/signed" ] && [ "$wrong" -eq 0 ] &&
		[ "$(verifies)" -eq "$expected" ]
}

# Keys that want the PIN before each use refuse the mechanisms that hash.
always_refuse() {
	begin_jobs
	while read -r id type always _ <&4; do
		[ "$always" = always ] || continue
		job "refused-$id" --login --pin "$pin" --id "$id" -s -i ../text \
			-m "$([ "$type" = EC ] && echo ECDSA-SHA256 ||
				echo SHA256-RSA-PKCS)" -o no.sig
		expected=$((expected + 1))
	done 4<"$tmp/keys"
	run_jobs && [ "$(verifies)" -eq "$expected" ] || return 1
	for log in "$d"/refused-*.log; do
		grep -q CKR_MECHANISM_INVALID "$log" || return 1
	done
}

# decrypt_job ID MECHANISM HASH: what OpenSSL has encrypted
decrypt_job() {
	to=$d/$1-$2$3.secret key=$tmp/public/$1.pem
	case $2 in
	RSA-PKCS) encrypt short -pkeyopt rsa_padding_mode:pkcs1 ;;
	RSA-PKCS-OAEP) encrypt short -pkeyopt rsa_padding_mode:oaep \
		-pkeyopt "rsa_oaep_md:$(echo "$3" | tr -d -)" ;;
	RSA-X-509) openssl rsautl -encrypt -raw -pubin -inkey "$key" \
		-in "$tmp/block" -out "$to" 2>"$tmp/openssl.err" ;;
	esac
	private_job "decrypt-$1-$2$3" "$1" --decrypt -m "$2" \
		-i "$1-$2$3.secret" -o "$1-$2$3.plain" \
		${3:+--hash-algorithm "$3"}
	echo "$1-$2$3" >>"$d/encrypted"
}
encrypt() {
	input=$1
	shift
	openssl pkeyutl -encrypt -pubin -inkey "$key" -in "$tmp/$input" \
		-out "$to" "$@"
}
all_decrypt() {
	begin_jobs
	: >"$d/encrypted"
	while read -r id type _ usage <&4; do
		case $type:$usage in RSA:*decrypt*) ;; *) continue ;; esac
		size=$(openssl pkey -pubin -in "$tmp/public/$id.pem" -text \
			-noout | sed -n 's/.*(\([0-9]*\) bit).*/\1/p')
		# Of a number below 0 head makes an endless file.
		[ "${size:-0}" -ge 1024 ] || return 1
		head -c $((size / 8 - 40)) /dev/zero | cat - "$tmp/short" \
			>"$tmp/block"
		decrypt_job "$id" RSA-PKCS ''
		thorough || continue
		decrypt_job "$id" RSA-X-509 ''
		decrypt_job "$id" RSA-PKCS-OAEP SHA-1
		decrypt_job "$id" RSA-PKCS-OAEP SHA256
	done 4<"$tmp/keys"
	run_jobs || return 1
	wrong=0
	while read -r one <&4; do
		said "decrypt-$one" &&
			tr -d '\0' <"$d/$one.plain" | cmp - "$tmp/short" ||
			wrong=$((wrong + 1))
	done 4<"$d/encrypted"
	echo "    $(wc -l <"$d/encrypted") decryptions, $wrong wrong"
	[ "$wrong" -eq 0 ] && [ "$(verifies)" -eq "$expected" ]
}

# Key agreement with a fresh key, as OpenSSL computes it from the other side.
all_derive() {
	begin_jobs
	while read -r id _ _ usage <&4; do
		case $usage in *derive*) ;; *) continue ;; esac
		curve=$(openssl pkey -pubin -in "$tmp/public/$id.pem" -text \
			-noout | sed -n 's/ASN1 OID: //p')
		openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:"$curve" \
			-out "$d/$id.peer.pem"
		openssl pkey -in "$d/$id.peer.pem" -pubout -outform DER \
			-out "$d/$id.peer.der"
		for mechanism in $(mechanisms ECDH .*derive); do
			private_job "derive-$id-$mechanism" "$id" --derive \
				-m "$mechanism" -i "$id.peer.der" \
				-o "$id-$mechanism.secret"
			echo "$id $mechanism" >>"$d/derived"
		done
	done 4<"$tmp/keys"
	run_jobs || return 1
	[ "$(verifies)" -eq "$expected" ] || return 1
	while read -r id mechanism <&4; do
		openssl pkeyutl -derive -inkey "$d/$id.peer.pem" \
			-peerkey "$tmp/public/$id.pem" -out "$d/$id.ours"
		said "derive-$id-$mechanism" &&
			cmp "$d/$id.ours" "$d/$id-$mechanism.secret" || return 1
	done 4<"$d/derived"
}

one_card() {
	use_card "$1"
	entry pkcs11-tool 'lists keys, mechanisms' 0 find_keys
	entry pkcs11-tool '--test' - the_test
	entry pkcs11-tool 'reads all objects' - read_objects
	if grep -q sign "$tmp/keys"; then
		entry pkcs11-tool 'signs' - all_sign
	fi
	if grep -q always "$tmp/keys"; then
		entry pkcs11-tool 'hashes: not with PIN-always' - always_refuse
	fi
	if grep -q 'RSA.*decrypt' "$tmp/keys"; then
		entry pkcs11-tool 'decrypts' - all_decrypt
	fi
	if grep -q derive "$tmp/keys"; then
		entry pkcs11-tool 'derives' - all_derive
	fi
}

[ $# -gt 0 ] || set -- $(cards)
for profile; do
	one_card "$profile"
done
finish
