# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# The table of what other people's programs did with the card.

# columns CONSUMER CARD TLS CASE RESULT PINS VERIFY HANDSHAKES EXCHANGES MS:
# PINs are questions that somebody has answered; - where it was given unasked
columns() {
	printf '| %-11s | %-20s | %-3s | %-32s | %-6s' "$1" "$2" "$3" "$4" "$5"
	shift 5
	printf ' | %4s | %6s | %10s | %9s | %6s |\n' "$@"
}
