/* SPDX-License-Identifier: BSD-2-Clause */
/* A slot of a reader that plays a transcript, in time that nobody waits for. */
#ifndef TESTS_CCID_RIG_H
#define TESTS_CCID_RIG_H

#include "reader/ccid.h"
#include "tests/unit/fake-clock.h"
#include "tests/unit/fake-usb.h"
#include "tests/unit/readers-known.h"
#include "tests/unit/unit.h"

struct rig {
	struct fake_usb usb;
	struct ccid ccid;
	struct ccid_slot slot;
};

static inline void
rig_open(struct rig *r, const char *desc_hex, const char *transcript)
{
	static const struct usb_reader_info info = {.idVendor = 0x04E6,
	    .idProduct = 0x5116,
	    .bcdDevice = 0x0523,
	    .ep_out = 0x01,
	    .ep_in = 0x82,
	    .wMaxPacketSize = 64};
	uint8_t room[64];
	struct ccid_desc desc;

	assert_int_equal(ccid_desc_parse(hex_parse(desc_hex, room), &desc), 0);
	fake_usb_load(&r->usb, transcript);
	r->usb.wait = fake_clock_pass_to;
	ccid_init(&r->ccid, fake_usb_pipe(&r->usb), &desc, &info);
	r->slot = (struct ccid_slot){.ccid = &r->ccid, .bSlot = 0, .id = 1};
}

static inline void
rig_close(struct rig *r)
{
	fake_usb_assert_done(&r->usb);
	fake_usb_clear(&r->usb);
	ccid_clear(&r->ccid);
}

/* An ordinary wait within a minute. */
static inline struct ccid_wait
rig_wait(void)
{
	return (struct ccid_wait){CCID_WAIT_CARD_MS, deadline_in(60000)};
}

static inline err_t
rig_transfer(struct rig *r, struct bytes data, struct ccid_answer *answer)
{
	struct ccid_command cmd = {.type = PC_to_RDR_XfrBlock, .data = data};

	return ccid_transceive(
	    &r->slot, &cmd, CCID_EXPECT(258), rig_wait(), answer);
}

#endif
