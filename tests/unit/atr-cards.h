/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers to reset of CAC, DoD alternate and PIV cards as public lists report
 * them (pcsc-tools, OpenSC, coolkey), with what they say by ISO/IEC 7816-3,
 * 8.2. Damaged reports are kept: the world has them.
 */
#ifndef TESTS_ATR_CARDS_H
#define TESTS_ATR_CARDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { T0 = 1 << 0, T1 = 1 << 1, T0_T1 = T0 | T1 };

enum tck { TCK_NONE, TCK_GOOD, TCK_CUT };

struct atr_card {
	const char *name;
	const char *hex;
	uint16_t protocols; /* offered */
	uint8_t first;
	uint8_t ta1; /* 0: absent */
	uint8_t k;   /* historical bytes */
	enum tck tck;
};

static const struct atr_card atr_cards[] = {
    {"G+D FIPS 201 SCE 7.0", "3B F9 18 00 00 00 53 43 45 37 20 03 00 20 46", T0,
	0, 0x18, 9, TCK_NONE},
    {"Gemalto TOP DL V2.1 144K",
	"3B 7D 96 00 00 80 31 80 65 B0 75 49 17 0F 83 00 90 00", T0, 0, 0x96,
	13, TCK_NONE},
    {"IDEMIA Cosmo v8", "3B D8 18 00 80 1F 07 80 31 C1 64 08 06 92 0F DF", T0,
	0, 0x18, 8, TCK_GOOD},
    {"same card", "3B D8 18 00 80 1F 07 80 31 C1 64 08 06 92 0F", T0, 0, 0x18,
	8, TCK_CUT},
    {"DOD-CAC", "3B 3B D8 18 00 80 1F 07 80 31 C1 64 08 06 92", T0, 0, 0xD8, 11,
	TCK_NONE},
    {"Oberthur ID One 128 v5.5 Dual",
	"3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 90 00 80", T0, 0, 0x96,
	11, TCK_GOOD},
    {"Gemalto TOP DL GX4 144K",
	"3B 7D 96 00 00 80 31 80 65 B0 83 11 17 D6 83 00 90 00", T0, 0, 0x96,
	13, TCK_NONE},
    {"G&D Sm@rtCafe Expert v3.2 144K",
	"3B 7A 18 00 00 73 66 74 65 20 63 64 31 34 34", T0, 0, 0x18, 10,
	TCK_NONE},
    {"DoD alternate token G+D Sm@rtCafe Expert v7.",
	"3B F9 96 00 00 80 31 FE 45 53 43 45 37 20 0F 00 20 46 4E", T0_T1, 0,
	0x96, 9, TCK_GOOD},
    {"CAC alternate token on G+D SCE7",
	"3B F9 96 00 00 80 31 FE 45 53 43 45 37 20 03 00 20 46 42", T0_T1, 0,
	0x96, 9, TCK_GOOD},
    {"DoD alternate token IDEMIA Cosmo V8.0",
	"3B D8 18 00 80 B1 FE 45 1F 07 80 31 C1 64 08 06 92 0F D5", T0_T1, 0,
	0x18, 8, TCK_GOOD},
    {"Gemalto GCX4 72K DI",
	"3B 7D 96 00 00 80 31 80 65 B0 83 11 13 AC 83 00 90 00", T0, 0, 0x96,
	13, TCK_NONE},
    {"Oberthur ID-One Cosmo v5.2D 64K/72K",
	"3B DB 96 00 80 1F 03 00 31 C0 64 77 E3 03 00 82 90 00 C1", T0, 0, 0x96,
	11, TCK_GOOD},
    {"CAC", "3B 0F FF FF FF FF FF FF FF FF FF FF FF FF FF FF 80", T0, 0, 0, 15,
	TCK_NONE},
    {"US Government CAC", "3B 3B 02 6F 33 3B DB 96 00 80 1F 03 00 31 C0", T0, 0,
	0x02, 11, TCK_NONE},
    {"US DOD Smart Card", "3B 07 55 4E 4B 4E 4F 57 4E", T0, 0, 0, 7, TCK_NONE},
    {"Oberthur CosmopolIC 32K V4",
	"3B 7F 11 00 00 00 31 C0 53 CA C4 01 64 52 D9 04 00 82 90 00", T0, 0,
	0x11, 15, TCK_NONE},
    {"DoD CAC", "3B 7D 11 00 00 00 31 80 71 8E 64 86 D6 01 00 81 90 00", T0, 0,
	0x11, 13, TCK_NONE},
    {"Oberthur Galactic v1 32K",
	"3B 7D 11 00 00 00 31 80 71 8E 64 86 D6 02 00 82 90 00", T0, 0, 0x11,
	13, TCK_NONE},
    {"Gemplus GXP3 64V2N", "3B 6B 00 00 80 65 B0 83 01 04 74 83 00 90 00", T0,
	0, 0, 11, TCK_NONE},
    {"Schlumberger/Axalto Cyberflex Access 32K V2",
	"3B 65 00 00 9C 02 02 07 02", T0, 0, 0, 5, TCK_NONE},
    {"Axalto Cyberflex Access 64K V1 SM 4.1", "3B 75 12 00 00 29 05 01 04 01",
	T0, 0, 0x12, 5, TCK_NONE},
    {"TOP DM GX4 on a logon product",
	"3B 0F 80 91 E1 31 80 65 B0 83 11 11 AC 83 00 90 00", T0, 0, 0, 15,
	TCK_NONE},
    {"reported as cac",
	"3B FF 96 00 00 81 31 FE 45 80 F9 A0 00 00 03 08 00 00 10 00 53 45 4E "
	"54 AC",
	T1, 1, 0x96, 15, TCK_GOOD},
    {"Department of Veterans Affairs PIV",
	"3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 0F 90 00 88", T0, 0, 0x96,
	11, TCK_GOOD},
    {"ID-One PIV",
	"3B DB 96 00 80 B1 FE 45 1F 83 00 31 C0 64 B0 FC 10 00 0F 90 00 0D",
	T0_T1, 0, 0x96, 11, TCK_GOOD},
    {"Oberthur PIV End Point v1.08",
	"3B DB 96 00 81 B1 FE 45 1F 03 80 F9 A0 00 00 03 08 00 00 10 00 18", T1,
	1, 0x96, 11, TCK_GOOD},
    {"Oberthur Cosmo v7 128K PIV",
	"3B DB 96 00 81 B1 FE 45 1F 83 80 F9 A0 00 00 03 08 00 00 10 00 98", T1,
	1, 0x96, 11, TCK_GOOD},
    {"Gemalto IDPrime PIV 2.0",
	"3B 7D 96 00 00 80 31 80 65 B0 83 11 17 E5 83 00 90 00", T0, 0, 0x96,
	13, TCK_NONE},
    {"Gemalto GX4 72", "3B 7D 96 00 00 80 31 80 65 B0 83 11 11 AC 83 00 90 00",
	T0, 0, 0x96, 13, TCK_NONE},
    {"DHS PIV", "3B D6 96 00 81 B1 FE 45 1F 87 80 31 C1 52 21 19 49", T1, 1,
	0x96, 6, TCK_GOOD},
    {"Department of State PIV",
	"3B D6 97 00 81 B1 FE 45 1F 87 80 31 C1 52 21 19 48", T1, 1, 0x97, 6,
	TCK_GOOD},
    {"NASA PIV", "3B D6 97 00 81 B1 FE 45 1F 07 80 31 C1 52 11 18 F9", T1, 1,
	0x97, 6, TCK_GOOD},
    {"IDEMIA ID-One PIV 2.4",
	"3B D6 97 00 81 B1 FE 45 1F 87 80 31 C1 52 21 1A 4B", T1, 1, 0x97, 6,
	TCK_GOOD},
    {"IDEMIA ID-One PIV 2.4 on Cosmo V8.1",
	"3B D6 97 00 81 B1 FE 45 1F 87 80 31 C1 52 41 1A 2B", T1, 1, 0x97, 6,
	TCK_GOOD},
    {"IDEMIA ID-One PIV 2.4.1 CIV",
	"3B D6 97 00 81 B1 FE 45 1F 87 80 31 C1 52 41 12 23", T1, 1, 0x97, 6,
	TCK_GOOD},
    {"IDEMIA ID-One PIV 2.4.1",
	"3B D6 96 00 81 B1 FE 45 1F 87 80 31 C1 52 41 1A 2A", T1, 1, 0x96, 6,
	TCK_GOOD},
    {"IDEMIA ID-One PIV",
	"3B D7 97 00 81 B1 FE 45 1F 87 80 31 C1 53 51 13 20 12", T1, 1, 0x97, 7,
	TCK_GOOD},
    {"NASA PIV",
	"3B DF 97 00 81 B1 FE 45 1F 83 80 73 CC 91 CB F9 A0 00 00 03 08 00 00 "
	"10 00 78",
	T1, 1, 0x97, 15, TCK_GOOD},
    {"NIST PIV test cards",
	"3B DF 96 00 81 B1 FE 45 1F 83 80 73 CC 91 CB F9 A0 00 00 03 08 00 00 "
	"10 00 79",
	T1, 1, 0x96, 15, TCK_GOOD},
    {"G&D SmartCafe Expert 7",
	"3B F9 96 00 00 80 31 FE 45 53 43 45 37 20 00 00 20 20 27", T0_T1, 0,
	0x96, 9, TCK_GOOD},
    {"IDEMIA Cosmo V8.1 PIV", "3B 86 80 01 80 31 C1 52 41 1A 7E", T0_T1, 0, 0,
	6, TCK_GOOD},
    {"IDEMIA Cosmo V8.0 PIV", "3B 86 80 01 80 31 C1 52 11 18 2C", T0_T1, 0, 0,
	6, TCK_GOOD},
    {"NIST demo PIV card",
	"3B 8F 80 01 80 73 CC 91 CB F9 A0 00 00 03 08 00 00 10 00 29", T0_T1, 0,
	0, 15, TCK_GOOD},
    {"Cyberflex Access 32K e-gate", "3B 75 94 00 00 62 02 02 02 01", T0, 0,
	0x94, 5, TCK_NONE},
    {"Cyberflex Access 32K e-gate", "3B 75 94 00 00 62 02 02 03 01", T0, 0,
	0x94, 5, TCK_NONE},
    {"CoolKey applet", "3B 76 94 00 00 FF 62 76 01 00 00", T0, 0, 0x94, 6,
	TCK_NONE},
};

#endif
