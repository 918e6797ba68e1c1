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

#define GET_RESPONSE "M > XfrBlock slot=0 seq=7 00 00 00 | 00 C0 00 00 02\n"
#define TWO_BYTES                                                              \
	"M < DataBlock slot=0 seq=7 status=00 error=00 00 | AA BB 90 00\n"

/* The GET RESPONSE above; on success its answer must be the one above. */
static inline err_t
rig_get_response(const char *answers)
{
	static char text[8192];
	struct ccid_answer a;
	struct rig r;
	err_t err;

	(void)snprintf(text, sizeof(text), GET_RESPONSE "%s", answers);
	rig_open(&r, SCR3310_5116, text);
	err = rig_transfer(&r, HEX("00 C0 00 00 02"), &a);
	if (err == 0)
		assert_bytes(a.data, HEX("AA BB 90 00"));
	rig_close(&r);
	return err;
}

#endif
