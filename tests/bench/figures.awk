# SPDX-License-Identifier: BSD-2-Clause
# awk -f figures.awk REPORT LOG, both of cac-emulator: one line of exchanges,
# characters on the line, seconds, seconds at 372/1, round trips, VERIFY
# commands, and all that happened on the bus.
#
# Every etu scales with F/D but those of the ATR and of the PPS, which are at
# 372/1 anyhow; at TA1=11 there is no PPS for T=0. The reader has one clock for
# both, 4.8 MHz.
function number(name) {
	if ($1 == "\"" name "\":") {
		sub(/,$/, "", $2)
		return $2
	}
	return 0
}
FNR == NR {
	exchanges += number("exchanges")
	bytes += number("line_bytes_to_card") + number("line_bytes_from_card")
	seconds += number("simulated_line_seconds")
	trips += number("round_trips")
	verify += number("verify_commands")
	next
}
# The emulator itself configures the device (00/09).
/^M > / || (/^U [0-9A-F][0-9A-F]\// && !/^U 00\/09 /) {
	bus++
}
powered && /^M < DataBlock/ && $15 != "" {
	reset_etu += 12 * (NF - 14) + 4
	slow = 1
	if ($17 != "96") {
		print "the ATR does not have TA1=96" >"/dev/stderr"
		exit 1
	}
}
{
	powered = /^M > IccPowerOn/
}
# PPS and its answer, four characters each
slow && /^M > SetParameters/ && $15 == "96" {
	pps_etu += 104
	kept_etu += $11 == "01" ? 104 : 0
	slow = 0
}
END {
	etu = 372 / 4.8e6
	fast = seconds - (reset_etu + pps_etu) * etu
	printf "%d %d %.6f %.6f %d %d %d\n", exchanges, bytes, seconds,
	    fast * 372 / (512 / 32) + (reset_etu + kept_etu) * etu, trips, verify,
	    bus
}
