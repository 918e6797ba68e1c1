# SPDX-License-Identifier: BSD-2-Clause
# awk -f table.awk BOUND BENCH.TSV: the tables in Markdown.
BEGIN {
	n_tasks = split("list second first sign sign10 tls load", tasks)
	n_subjects = split("ours-off ours-warm opensc-off opensc-warm", subjects)
	split("cac-pkcs11|warm|OpenSC|warm", heads, "|")
	name["list"] = "all certificates"
	name["second"] = "the same, second process"
	name["first"] = "first certificate"
	name["sign"] = "login, one signature"
	name["sign10"] = "login, ten signatures"
	name["tls"] = "TLS 1.3 with curl"
	name["load"] = "loaded, not used"
}
FNR == NR {
	bound[$1, $2] = $3 " · " $4 " · " sprintf("%.3f", $5)
	bound_n[$1, $2] = $3
	bound_bytes[$1, $2] = $4
	bound_s[$1, $2] = $5
	next
}
{
	if (!($1 in seen))
		cards[++n_cards] = $1
	seen[$1]
	k = $1 SUBSEP $2 SUBSEP $3
	n[k] = $4
	bytes[k] = $5
	s[k] = $6
	slow[k] = $7
	trips[k] = $8
	verify[k] = $9
	bus[k] = $10
	ns[k] = $11
	instructions[k] = $12
	heap[k] = $13
	found[k] = $14
}
function cell(kind, k, card, task,    million) {
	if (kind == "line")
		return sprintf("%d · %d · %.3f", n[k], bytes[k], s[k])
	if (kind == "more")
		return sprintf("%.2f · %d · %d", slow[k], trips[k], verify[k])
	if (instructions[k] == "-")
		return sprintf("– · – · %.1f", wall(k, card, task))
	# Two figures of them repeat from run to run.
	million = instructions[k] / 1e6
	return sprintf((million < 10) ? "%.1f" : "%.0f", million) \
	    sprintf(" · %d · %.1f", (heap[k] + 1023) / 1024, wall(k, card, task))
}
function wall(k, card, task) {
	return ns[k] / ns[card, task, "ours-off"]
}
function row(card, kind, task,    i, line) {
	line = "| " name[task] " |"
	for (i = 1; i <= n_subjects; i++)
		line = line " " cell(kind, card SUBSEP task SUBSEP subjects[i],
		    card, task) " |"
	if (kind != "line")
		return line
	if (task == "second")
		return line " |"
	return line " " bound[card, task] " |"
}
function table(card, kind, title,    i, line, rule) {
	line = "| " title " |"
	rule = "|---|"
	for (i = 1; i <= n_subjects; i++) {
		line = line " " heads[i] " |"
		rule = rule "---|"
	}
	if (kind == "line") {
		line = line " bound |"
		rule = rule "---|"
	}
	print line
	print rule
	for (i = 1; i <= n_tasks; i++)
		print row(card, kind, tasks[i])
	print ""
}
function listed(card, subject) {
	return found[card, "list", subject]
}
function card_tables(card) {
	printf "### %s\n\n", card
	printf "Certificates: cac-pkcs11 lists %d, OpenSC %d%s.\n\n",
	    listed(card, "ours-off"), listed(card, "opensc-off"),
	    card ~ /^dual/ ? ", those of the PIV half" : ""
	table(card, "line", "exchanges · characters · seconds at TA1=96")
	table(card, "more", "seconds at 372/1 · USB round trips · VERIFY")
	table(card, "host", "10⁶ instructions · peak heap, KiB · wall time")
}

function judge(text, card, good, value, why) {
	printf "| %s | %s | %s | %s |\n", text, card, value,
	    good ? "yes" : "**no**" (why == "" ? "" : ": " why)
}
function times(card, task, state) {
	return n[card, task, "opensc-" state] / n[card, task, "ours-" state]
}
function factor(text, card, task, state, least, why,    x) {
	x = times(card, task, state)
	judge(sprintf("%s: %s x fewer exchanges", text, least), card, x >= least,
	    sprintf("%.1f x", x), why)
}
# What a card has that costs us more than it costs OpenSC.
function halves(card) {
	return card ~ /^dual/ ? "we read both halves of the card, OpenSC one" : ""
}
# Where OpenSC needs less, of the same cache state.
function ahead(card,    i, j, a, b, text, worse, state, k) {
	split("off warm", k, " ")
	for (i = 1; i <= n_tasks; i++)
		for (j = 1; j <= 2; j++) {
			state = k[j]
			a = card SUBSEP tasks[i] SUBSEP "ours-" state
			b = card SUBSEP tasks[i] SUBSEP "opensc-" state
			text = n[a] > n[b] ? " exchanges" : ""
			text = text (bytes[a] > bytes[b] ? " characters" : "")
			text = text (s[a] > s[b] ? " seconds" : "")
			if (text != "")
				worse = worse (worse == "" ? "" : "; ") name[tasks[i]] \
				    (state == "warm" ? ", warm:" : ":") text
		}
	judge("ahead of OpenSC by exchanges, characters and seconds", card,
	    worse == "", worse == "" ? "all rows" : "but " worse,
	    "it believes its files, and pcscd has the card under power already")
}
function near(card,    i, k, x, far) {
	for (i = 1; i <= n_tasks; i++) {
		k = card SUBSEP tasks[i] SUBSEP "ours-off"
		if (bound_s[card, tasks[i]] == 0)
			continue
		x = s[k] / bound_s[card, tasks[i]]
		if (x > 1.15)
			far = far (far == "" ? "" : "; ") sprintf("%s %.2f",
			    name[tasks[i]], x)
	}
	judge("without a cache, at most 1.15 of the bound's seconds", card,
	    far == "", far == "" ? "all rows" : "but " far,
	    "the bound's host knows without asking where a key is, of what size, " \
	    "and what is not on the card")
}
function judgement(card,    k) {
	ahead(card)
	factor("all certificates, cold", card, "list", "off", 1.5, halves(card))
	factor("all certificates, warm", card, "list", "warm", 6,
	    "each certificate is proved" \
	    (card ~ /^cac/ ? ", in 3 exchanges" : "; OpenSC believes its files"))
	factor("login and signature, cold", card, "sign", "off", 5,
	    "only the certificate tells of what size its key is: it is read first")
	factor("login and signature, warm", card, "sign", "warm", 5,
	    "each process asks for objects of PIV that may be missing")
	k = card SUBSEP "sign" SUBSEP "ours-warm"
	judge("login and signature: one VERIFY", card, verify[k] == 1, verify[k])
	k = card SUBSEP "load" SUBSEP "ours-off"
	judge("loaded, not used: no USB transfer", card, bus[k] == 0, bus[k])
	k = card SUBSEP "list" SUBSEP "ours-off"
	judge("peak heap below 1 MiB", card, (heap[k] < 1048576),
	    sprintf("%d KiB", (heap[k] + 1023) / 1024))
	near(card)
}

function preface() {
	print "`make bench`: cac-pkcs11 and " versions ", the same"
	print "Cryptoki calls on the same emulated SCR3310 v2.0 and cards. What is on"
	print "the line came out the same three times; round trips and wall time are"
	print "the least of three."
	print ""
	print "- *warm*: the certificate cache, or `use_file_caching = public` of"
	print "  OpenSC, was filled by an earlier listing. OpenSC finds its file by"
	print "  the card's serial number and believes it; ours is used when the card"
	print "  has proved that it still holds those bytes."
	print "- *seconds*: on the card's contacts; its own work and USB come on top."
	print "- *bound*: what no host without a cache could do without: a SELECT for"
	print "  each applet, what says where certificates are, each certificate once,"
	print "  VERIFY, the private operation, ATR and PPS."
	print "- *login*: with a key that is named by its CKA_ID. *Second process*:"
	print "  after a first one has done the same."
	print "- *instructions*: of the client, and for OpenSC what pcscd does for it;"
	print "  without the client's own and without the start of pcscd. *Heap*: of"
	print "  the client, without its own."
	print "- *wall time*: in units of cac-pkcs11 without a cache. The emulated"
	print "  card takes no time: this is the host's share, on this machine."
	print ""
}
END {
	preface()
	for (i = 1; i <= n_cards; i++)
		card_tables(cards[i])
	print "### What was asked for\n\n| | card | measured | |\n|---|---|---|---|"
	for (i = 1; i <= n_cards; i++)
		judgement(cards[i])
}
