# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# The subjects of the benchmark and their tasks; bench.sh sources it after
# lib.sh and tls.sh. Set: $out, $client, $opensc, and $card by each caller.

# Their own, kept from run to run, so that the figures are the same.
pki() {
	printf '%s/pki/%s' "$out" "$card"
}

# The key that logs in: its CKA_ID and its certificate.
key_of() {
	case $card in
	cac-*) id=0001 der=00 ;;
	dual-*) id=01 der=03 ;;
	*) id=01 der=00 ;;
	esac
}

# opensc_conf CHOICE: its configuration file
opensc_conf() {
	cat >"$tmp/opensc-$1.conf" <<-END
	app default {
		framework pkcs15 {
			use_file_caching = $1;
			file_cache_dir = $tmp/cache/opensc;
		}
	}
	END
}
opensc_conf no
opensc_conf public

# set_subject ours-off|ours-warm|opensc-off|opensc-warm
set_subject() {
	subject=$1
	kind=${1%-*}
	XDG_CACHE_HOME=$tmp/cache
	OPENSC_CONF=$tmp/opensc-no.conf
	CAC_PKCS11_CACHE=off
	module=$MODULE
	[ "$kind" = ours ] || module=$opensc
	case $1 in
	ours-warm) CAC_PKCS11_CACHE=on ;;
	opensc-warm) OPENSC_CONF=$tmp/opensc-public.conf ;;
	esac
	export XDG_CACHE_HOME OPENSC_CONF CAC_PKCS11_CACHE
}

run=$tmp/run

# inside TOOL COMMAND...: as inside.sh has it, in $run
inside() {
	rm -rf "$run"
	mkdir -p "$run/out" "$tmp/cache/opensc"
	space=
	[ "$kind" = ours ] || space='unshare --map-root-user --mount'
	watch=$1
	shift
	# shellcheck disable=SC2086
	emulate --report "$run/report" --log "$run/log" -- $space \
		sh "$here/inside.sh" "$kind" "$watch" "$run" "$@" 2>"$run/err" &&
		return
	echo "failed: $card, $subject, $*" >&2
	tail -n 20 "$run/err" "$run"/*.out >&2
	exit 1
}

# work TOOL TASK
work() {
	key_of
	case $2 in
	second) set -- "$1" before "$client" "$module" "$run/out" list ;;
	sign) set -- "$1" "$client" "$module" "$run/out" sign "$id" 1 ;;
	sign10) set -- "$1" "$client" "$module" "$run/out" sign "$id" 10 ;;
	tls)
		uri=pkcs11:id=$(echo "$id" | sed 's/../%&/g')
		set -- "$1" env PKCS11_MODULE_PATH="$module" curl --silent \
			--show-error --cacert "$tmp/tls/ca.pem" --engine pkcs11 \
			--cert-type ENG --cert "$uri;type=cert" --key-type ENG \
			--key "$uri;type=private;pin-value=$pin" \
			--output "$run/out/page" "https://127.0.0.1:$tls_port/"
		;;
	*) set -- "$1" "$client" "$module" "$run/out" "$2" ;;
	esac
	inside "$@"
}

# What the card holds, and nothing else.
right_certificates() {
	for f in "$run"/out/*.der; do
		found=no
		for known in "$(pki)"/[0-9][0-9].der; do
			! cmp -s "$f" "$known" || found=yes
		done
		[ $found = yes ] || return 1
	done
}
right_signatures() {
	openssl x509 -inform DER -in "$(pki)/$der.der" -noout -pubkey >"$run/key"
	number=0
	for f in "$run"/out/*.sig; do
		number=$((number + 1))
		i=0
		while [ $i -lt 32 ]; do
			# shellcheck disable=SC2059
			printf "\\$(printf %03o $number)"
			i=$((i + 1))
		done >"$run/data"
		openssl pkeyutl -verify -pubin -inkey "$run/key" -in "$run/data" \
			-sigfile "$run/out/$number.sig" >/dev/null || return 1
	done
}
right() {
	case $1 in
	list | second | first) right_certificates ;;
	sign*) right_signatures ;;
	tls) tls_saw "$run/out/page" "$der" ;;
	esac
}
