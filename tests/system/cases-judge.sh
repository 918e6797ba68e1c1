# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Cross-examination: Debian's pcscd, libccid and OpenSC read the same card on
# the same device. What OpenSC has, we have, the same bytes; where it has less,
# the reason is known.

report=$builddir/tests/system/card-report

# How many containers of the card are empty, or its certificate twice.
empty_in() {
	case $1 in
	alt-aca | dual-idemia-cosmo-v8) echo 1 ;;
	cac-v2-holes) echo 2 ;;
	*) echo 0 ;;
	esac
}

# Why OpenSC 0.23 finds fewer certificates, or signs with fewer keys.
reason() {
	case $1 in
	alt-bare | cac-v2-t0-t1 | cac-v2-t1)
		echo 'on T=1 OpenSC asks for 255 of the 256 bytes of a signature' ;;
	cac-v1-gxp3)
		echo 'OpenSC takes 63xx, the answer to SELECT, for an error' ;;
	cac-v2-plain-gzip)
		echo 'OpenSC believes the card that a certificate is not compressed' ;;
	ccc-empty | ccc-f6 | ccc-no-pki)
		echo 'OpenSC believes the CCC, which names no certificate' ;;
	cac-v2-extended | dual-*)
		echo 'OpenSC shows the PIV half alone' ;;
	piv-retired-unlisted)
		echo 'OpenSC finds retired keys by the Key History only' ;;
	esac
}

pin_of() {
	case $1 in
	# Its Discovery object says that the global PIN goes first.
	piv-global-pin) echo 11111111 ;;
	*) echo 77777777 ;;
	esac
}

# tell FOLDER MODULE: what it says, and the certificates' sums
tell() {
	rm -rf "$1"
	mkdir "$1"
	"$report" "$2" "$(pin_of "$card")" >"$1/report" 2>"$1/err"
	sed -n 's/^certificate \([^ ]*\).*/\1/p' "$1/report" | sort -u >"$1/sums"
	sums=$(wc -l <"$1/sums")
	signatures=$(grep -c '^signature .* right$' "$1/report")
	cat "$1/report" "$1/err"
}

# Our list is what the card was made with, and each of our signatures is right.
we_are_right() {
	sha256sum $tmp/pki/[0-9]*.der | cut -d' ' -f1 | sort -u >$tmp/made
	[ "$sums" -eq $(($(held_by_card) - $(empty_in "$card"))) ] &&
		[ -z "$(comm -23 $tmp/ours/sums $tmp/made)" ] &&
		[ "$signatures" -gt 0 ] &&
		! grep '^signature' $tmp/ours/report | grep -v ' right$'
}

examined() {
	local sums signatures our_signatures why
	tell $tmp/ours "$MODULE"
	note="we $sums and $signatures"
	we_are_right || return 1
	our_signatures=$signatures
	pcscd_begins
	pcscd_has_it || return 1
	tell $tmp/theirs "$opensc"
	pcscd_ends
	note+=", OpenSC $sums and $signatures"
	[ -z "$(comm -13 $tmp/ours/sums $tmp/theirs/sums)" ] || return 1
	[ -z "$(comm -23 $tmp/ours/sums $tmp/theirs/sums)" ] &&
		[ "$signatures" -ge "$our_signatures" ] && return
	why=$(reason "$card")
	note+=", because $why"
	[ -n "$why" ]
}

for card in $CARDS; do
	plug "$card"
	ok "$card" 'the same certificates, and right signatures' examined
	unplug
done
