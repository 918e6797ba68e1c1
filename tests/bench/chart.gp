# SPDX-License-Identifier: BSD-2-Clause
# gnuplot -e "here='...'; out='...'; cards='...'" chart.gp: OUT/bench.png
rows = words(cards)
height = 400. * rows + 130
set terminal pngcairo size 1400, height font "sans,11"
set output out . "/bench.png"
set datafile separator "\t"
set datafile missing "?"
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 noborder
set boxwidth 0.95
set grid ytics back lt 1 lw 1 lc rgb "#cccccc"
set border 3
set xtics nomirror scale 0
set ytics nomirror
set yrange [0:*]
set label 1 "cac-pkcs11 and OpenSC on the same emulated reader and cards" \
	at screen 0.5, 1 - 25 / height center font ",15"
set multiplot layout rows, 2 margins 0.04, 0.99, 55 / height, 1 - 125 / height \
	spacing 0.06, 95 / height
pivoted(card, column, of) = sprintf("< awk -v card=%s -v column=%d -v of=%d" . \
	" -f %s/pivot.awk %s/bound %s/bench.tsv", card, column, of, here, out, out)
blue = "#1f5fa8"
light = "#8fb8e0"
orange = "#c8601a"
pale = "#eab38a"
first = 1
do for [card in cards] {
	do for [figure in "exchanges seconds"] {
		exchanges = figure eq "exchanges"
		source = pivoted(card, exchanges ? 4 : 6, exchanges ? 3 : 5)
		set title card . (exchanges ? ": exchanges with the card" : \
			": seconds on the card's line, at TA1=96")
		if (first) {set key at screen 0.5, 1 - 45 / height center vertical \
			top maxrows 2 width 1}
		plot source using 2:xtic(1) lc rgb blue title "cac-pkcs11", \
			"" using 3 lc rgb light title "cache warm", \
			"" using 4 lc rgb orange title "OpenSC", \
			"" using 5 lc rgb pale title "cache warm", \
			"" using ($0):6:(0.45) with xerrorbars lw 2 pt 0 \
			lc rgb "#202020" title "least without a cache"
		unset key
		first = 0
		unset label 1
	}
}
unset multiplot
