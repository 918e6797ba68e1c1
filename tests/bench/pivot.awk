# SPDX-License-Identifier: BSD-2-Clause
# awk -v card=CARD -v column=N -v of=M -f pivot.awk BOUND BENCH.TSV: for the
# chart, one line for each task: its name, the four subjects, the bound.
BEGIN {
	split("list second first sign sign10 tls load", tasks)
	split("all\\ncertificates|second\\nprocess|first\\ncertificate|" \
	    "one\\nsignature|ten\\nsignatures|TLS\\nwith curl|not\\nused", names, "|")
}
$1 != card {
	next
}
FNR == NR {
	bound[$2] = $of
	next
}
{
	value[$2] = value[$2] "\t" $column
}
END {
	for (i = 1; i in tasks; i++)
		print "\"" names[i] "\"" value[tasks[i]] "\t" \
		    (tasks[i] in bound ? bound[tasks[i]] : "?")
}
