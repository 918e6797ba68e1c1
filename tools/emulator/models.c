/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The readers, as their class descriptors have been published (the readers/
 * folder of the free CCID driver, and USB listings). Numbers that no such
 * source gives are marked as assumed: ep0 sizes, serial numbers, empty packets
 * and what the vendor's strings are.
 */
#include <string.h>

#include "tools/emulator/model.h"

#define LE32(v) (v) & 0xFF, (v) >> 8 & 0xFF, (v) >> 16 & 0xFF, (v) >> 24

/* CCID 1.1, 5.1: the fields in which these readers differ. */
#define CCID(bcd, volts, clock, max_clock, rate, max_rate, ifsd, sync,         \
    features, longest, get_response)                                           \
	CCID_PIN(bcd, volts, clock, max_clock, rate, max_rate, ifsd, sync,     \
	    features, longest, get_response, 0, 0, 0)
/* With the lines and characters of a display, and bPINSupport. */
#define CCID_PIN(bcd, volts, clock, max_clock, rate, max_rate, ifsd, sync,     \
    features, longest, get_response, lines, characters, pin)                   \
	{                                                                      \
		0x36, 0x21, (bcd)&0xFF, (bcd) >> 8, 0, (volts), LE32(3),       \
		    LE32(clock), LE32(max_clock), 0, LE32(rate),               \
		    LE32(max_rate), 0, LE32(ifsd), LE32(sync), LE32(0),        \
		    LE32(features), LE32(longest), (get_response),             \
		    (get_response), (characters), (lines), (pin), 1            \
	}

/* The SCM family: one silicon before v2.0, one from then on. */
#define SCM_V1(bcd, longest)                                                   \
	CCID(bcd, 0x01, 4000, 8000, 10753, 344105, 252, 0, 0x000100BA,         \
	    longest, 0xFF)
#define SCM_V2                                                                 \
	CCID(0x0110, 0x07, 4800, 8000, 12903, 412903, 252, 0, 0x000101BA, 271, \
	    0xFF)

static const uint32_t gempc_rates[] = {10753, 14337, 15625, 17204, 20833, 21505,
    23438, 25806, 28674, 31250, 32258, 34409, 39063, 41667, 43011, 46875, 52083,
    53763, 57348, 62500, 64516, 68817, 71685, 78125, 83333, 86022, 93750,
    104167, 107527, 114695, 125000, 129032, 143369, 156250, 166667, 172043,
    215054, 229391, 250000, 344086, 0};
static const uint32_t oz776_rates[] = {9600, 0};

static const struct model models[] = {
    {
	.name = "scr3310-v1",
	.about = "04E6:5116 release 5.23, messages of 271 bytes",
	.vendor = 0x04E6,
	.product = 0x5116,
	.release = 0x0523,
	.ep0_size = 16,
	.manufacturer = "SCM Microsystems Inc.",
	.product_name = "SCR3310 USB Smart Card Reader",
	.serial = "21120000",
	.ccid = SCM_V1(0x0110, 271),
	.interface_class = 0x0B,
	.longest = 271,
	.zero_packets = true,
    },
    {
	.name = "scr3310-511f",
	.about = "04E6:511F release 5.22, messages of 263 bytes",
	.vendor = 0x04E6,
	.product = 0x511F,
	.release = 0x0522,
	.ep0_size = 16,
	.manufacturer = "SCM Microsystems Inc.",
	.product_name = "SCR3310 USB Smart Card Reader",
	.serial = "21120001",
	.ccid = SCM_V1(0x0100, 263),
	.interface_class = 0x0B,
	/* The firmware says 263 but takes a whole TPDU. */
	.longest = 271,
	.zero_packets = true,
    },
    {
	.name = "scr3310-v2",
	.about = "04E6:5116 release 3.04, \"SCR33xx v2.0\", with lists",
	.vendor = 0x04E6,
	.product = 0x5116,
	.release = 0x0304,
	.ep0_size = 8,
	.manufacturer = "SCM Microsystems",
	.product_name = "SCR33xx v2.0 USB SC Reader",
	.serial = "53311001",
	.ccid = SCM_V2,
	.interface_class = 0x0B,
	.longest = 271,
	.has_lists = true,
	.clock_by_fi = true,
	.zero_packets = true,
    },
    {
	.name = "scr335",
	.about = "04E6:5115 release 2.04, \"SCR335 v2.0\", with lists",
	.vendor = 0x04E6,
	.product = 0x5115,
	.release = 0x0204,
	.ep0_size = 8, /* assumed */
	.manufacturer = "SCM Microsystems Inc.",
	.product_name = "SCR335  v2.0 USB SC Reader",
	.serial = "53351001", /* assumed */
	.ccid = SCM_V2,
	.interface_class = 0x0B,
	.longest = 271,
	.has_lists = true,
	.clock_by_fi = true,
	.zero_packets = true, /* assumed */
    },
    {
	.name = "scr3310-nttcom",
	.about = "04E6:511A release 2.03, interface of class FF",
	.vendor = 0x04E6,
	.product = 0x511A,
	.release = 0x0203,
	.ep0_size = 8, /* assumed */
	.manufacturer = "NTT Communications Corp.",
	.product_name = "SCR3310-NTTCom USB SmartCard Reader",
	.serial = "33101002", /* assumed */
	.ccid = SCM_V2,
	.interface_class = 0xFF,
	.longest = 271,
	.has_lists = true,
	.clock_by_fi = true,
	.zero_packets = true, /* assumed */
    },
    {
	.name = "gempc-twin",
	.about = "08E6:3437 release 1.00, voltage and PPS by the host",
	.vendor = 0x08E6,
	.product = 0x3437,
	.release = 0x0100,
	.ep0_size = 8, /* assumed */
	.manufacturer = "Gemplus",
	.product_name = "USB SmartCard Reader",
	.serial = "00000001", /* assumed */
	.ccid = CCID(0x0100, 0x07, 4000, 4000, 10752, 344086, 254, 0,
	    0x00010230, 271, 0x00),
	.interface_class = 0x0B,
	.longest = 271,
	.rates = gempc_rates,
	/* The free driver reads one away before each command. */
	.zero_packets = true,
    },
    {
	.name = "omnikey-3121",
	.about = "076B:3021 release 1.01, short APDU level",
	.vendor = 0x076B,
	.product = 0x3021,
	.release = 0x0101,
	.ep0_size = 8, /* assumed */
	.manufacturer = "OMNIKEY AG",
	.product_name = "Smart Card Reader USB",
	.serial = "00000001", /* assumed */
	.ccid = CCID(0x0100, 0x07, 3000, 12000, 8065, 96774, 254, 7, 0x000205B2,
	    271, 0x00),
	.interface_class = 0x0B,
	.longest = 271,
	.zero_packets = true, /* assumed */
    },
    {
	.name = "alcor-ak9563",
	.about = "2CE3:9563 release 1.20, extended APDU level",
	.vendor = 0x2CE3,
	.product = 0x9563,
	.release = 0x0120,
	.ep0_size = 8, /* assumed */
	.manufacturer = "Generic",
	.product_name = "EMV Smartcard Reader",
	.serial = "00000001", /* assumed */
	/* The real one lists three clocks and 95 rates; any rate goes here. */
	.ccid = CCID(0x0110, 0x07, 4000, 12000, 10753, 688172, 254, 7,
	    0x000404BE, 272, 0xFF),
	.interface_class = 0x0B,
	.longest = 272,
	.zero_packets = true, /* assumed */
    },
    {
	.name = "oz776",
	.about = "0B97:7772 release 1.10, character level, descriptors "
		 "in another order",
	.vendor = 0x0B97,
	.product = 0x7772,
	.release = 0x0110,
	.ep0_size = 8, /* assumed */
	.manufacturer = "O2",
	.product_name = "O2Micro CCID SC Reader",
	.serial = "00000001", /* assumed */
	.ccid = CCID(0x0100, 0x07, 4000, 4000, 9600, 307200, 254, 0, 0x00000030,
	    271, 0x00),
	.interface_class = 0x0B,
	.ccid_behind = true,
	.longest = 271,
	.rates = oz776_rates,
	.zero_packets = true, /* assumed */
    },
    {
	.name = "spr532",
	.about = "04E6:E003 release 5.04, a PIN pad without display",
	.vendor = 0x04E6,
	.product = 0xE003,
	.release = 0x0504,
	.ep0_size = 16, /* assumed */
	.manufacturer = "SCM Microsystems Inc.",
	.product_name = "SPRx32 USB Smart Card Reader",
	.serial = "50320001", /* assumed */
	.ccid = CCID_PIN(0x0100, 0x01, 4000, 12000, 9600, 307200, 252, 0,
	    0x000100BA, 263, 0xFF, 0, 0, 3),
	.interface_class = 0xFF,
	/* As its sisters it says 263 but takes a whole TPDU. */
	.longest = 271,
	.zero_packets = true, /* assumed */
    },
    /* No real readers: what the standard allows and few vendors do. */
    {
	.name = "tpdu-by-hand",
	.about = "invented: TPDU level, nothing done automatically",
	.vendor = 0x1209,
	.product = 0x0001,
	.release = 0x0100,
	.ep0_size = 64,
	.manufacturer = "cac-emulator",
	.product_name = "TPDU by hand",
	.serial = "00000001",
	.ccid = CCID(0x0110, 0x06, 4000, 4000, 10752, 344086, 254, 0,
	    0x00010000, 271, 0x00),
	.interface_class = 0x0B,
	.longest = 271,
    },
    {
	.name = "apdu-pad",
	.about = "invented: short APDU level, a PIN pad and two lines of text",
	.vendor = 0x1209,
	.product = 0x0003,
	.release = 0x0100,
	.ep0_size = 64,
	.manufacturer = "cac-emulator",
	.product_name = "Short APDU with PIN pad",
	.serial = "00000001",
	.ccid = CCID_PIN(0x0110, 0x07, 4000, 4000, 10752, 344086, 254, 0,
	    0x000204BE, 271, 0x00, 2, 16, 3),
	.interface_class = 0x0B,
	.longest = 271,
	.zero_packets = true,
    },
    {
	.name = "extended-74",
	.about = "invented: extended APDU level in messages of 74 bytes, "
		 "negotiates alone",
	.vendor = 0x1209,
	.product = 0x0002,
	.release = 0x0100,
	.ep0_size = 64,
	.manufacturer = "cac-emulator",
	.product_name = "Extended APDU in small parts",
	.serial = "00000001",
	.ccid = CCID(0x0110, 0x07, 4000, 4000, 10752, 344086, 254, 0,
	    0x0004047E, 74, 0xFF),
	.interface_class = 0x0B,
	.longest = 74,
	.zero_packets = true,
    },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct model *
model_at(size_t i)
{
	return i < COUNT(models) ? &models[i] : NULL;
}

const struct model *
model_find(const char *name)
{
	for (size_t i = 0; i < COUNT(models); i++) {
		if (strcmp(models[i].name, name) == 0)
			return &models[i];
	}
	return NULL;
}
