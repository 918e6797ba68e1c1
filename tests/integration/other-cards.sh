#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Other generations, alternate tokens and odd CCCs: each certificate comes back
# as it was issued. Cards of somebody else are left in peace, and cards that lie
# come to an end.
. "${srcdir:?}/tests/integration/lib.sh"
need p11tool gnutls-bin

# As DER, what each URL in the list stands for.
export_all() {
	rm -f "$tmp"/got.*
	sed -n 's/^.*URL: //p' "$tmp/list" >"$tmp/urls"
	n=0
	while read -r url; do
		n=$((n + 1))
		emulate -- p11tool --provider "$MODULE" --export --outder \
			"$url" >"$tmp/got.$n" 2>"$tmp/export.err" </dev/null ||
			return 1
	done <"$tmp/urls"
}

came_back() {
	for got in "$tmp"/got.*; do
		! cmp -s "$got" "$(pki)/$1.der" || return 0
	done
	return 1
}

# holds NN...: these certificates, and no others
holds() {
	list && [ "$(listed)" -eq $# ] && export_all || return 1
	for nn; do
		came_back "$nn" || return 1
	done
}

# card_holds CARD NN...
card_holds() {
	card=$1
	shift
	ok "$card: holds $*" holds "$@"
}

card_holds cac-v1 00 01 02
card_holds cac-v1-gxp3 00 02
card_holds alt-aca 00 02 03
card_holds alt-bare 00 02
card_holds ccc-empty 00 01 02
card_holds ccc-no-pki 00 01 02
card_holds ccc-f6 00 01
card_holds ccc-next 00 01 02
card_holds ccc-next-self 00 01 02
card_holds cac-v2-16-applets \
	00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F
card_holds cac-v2-extended 00 01 02 03
reader=alcor-ak9563
card_holds cac-v2-extended 00 01 02 03
reader=scr3310-v2

# Nothing is there, and nothing but SELECT and GET RESPONSE was sent.
left_in_peace() {
	! list --report "$tmp/report" && [ "$(listed)" -eq 0 ] &&
		grep -q '"unexpected_commands": {}' "$tmp/report"
}
for card in foreign foreign-bank foreign-eid foreign-sim foreign-memory; do
	ok "$card: left in peace" left_in_peace
done

# Certificates or none: but an end, and not by a signal.
ends() {
	rc=0
	list || rc=$?
	[ "$rc" -lt 125 ]
}
for path in "$CAC_EMULATOR_PROFILES"/hostile-*; do
	card=${path##*/}
	ok "$card: comes to an end" ends
done
finish
