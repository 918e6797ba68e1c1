# SPDX-License-Identifier: BSD-2-Clause
# The card of gemalto-topdl-piv.txt: its objects have the recorded lengths.
name Gemalto TOP DL GX4 144K with a PIV test identity
pin 123456

applet A000000308000010000100 piv
	template full
	object 7E
		tag 4F A0 00 00 03 08 00 00 10 00 01 00
		tag 5F2F 40 00
	object 5FC102
		tag 30 fill:25
		tag 34 fill:16
		tag 35 "20301231"
		tag 3E fill:2293
		tag FE
	object 5FC105
		key 00 authentication 2048
		reference 9A
		tag 70 fill:1720
		tag 71 00
		tag FE
	object 5FC101
		key 01 card 2048
		reference 9E
		tag 70 fill:1671
		tag 71 00
		tag FE
