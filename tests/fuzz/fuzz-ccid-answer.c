/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader that answers with what the input says, while a fixed script of
 * commands runs. The input is a row of transfers: one length byte, then that
 * many bytes; 255 is silence, 254 a stall, 253 a babble. The seventh byte of a
 * transfer becomes the sequence number that is awaited, plus what it was: so
 * zero is always the right one.
 */
#include "reader/exchange.h"
#include "reader/power.h"
#include "tests/fuzz/fuzz.h"

struct feed {
	struct bytes in;
	uint8_t bSeq;
	unsigned reads;
};

static err_t
feed_out(void *pipe, struct bytes msg, struct deadline until)
{
	struct feed *f = pipe;

	(void)until;
	MUST(msg.n >= CCID_HEADER_LENGTH);
	MUST(bytes_le32(msg.p + 1) == msg.n - CCID_HEADER_LENGTH);
	(void)touch(msg);
	f->bSeq = msg.p[6];
	return 0;
}

static err_t
feed_in(
    void *pipe, uint8_t *buf, size_t room, size_t *got, struct deadline until)
{
	struct feed *f = pipe;
	struct bytes part;
	uint8_t n;

	(void)until;
	*got = 0;
	f->reads++;
	MUST(room > 0 && room % 64 == 0);
	if (!bytes_take_u8(&f->in, &n) || n == 255)
		return USB_ERR_TIMEOUT;
	if (n == 254)
		return USB_ERR_STALL;
	if (n == 253)
		return USB_ERR_OVERFLOW;
	if (n > room)
		n = (uint8_t)room;
	if (!bytes_take(&f->in, n, &part) &&
	    !bytes_take(&f->in, f->in.n, &part))
		return USB_ERR_GONE;
	if (part.n > 0)
		memcpy(buf, part.p, part.n);
	if (part.n > 6)
		buf[6] = (uint8_t)(buf[6] + f->bSeq);
	*got = part.n;
	return 0;
}

static err_t
feed_control(void *pipe, uint8_t bRequest, uint16_t wValue)
{
	(void)pipe;
	(void)bRequest;
	(void)wValue;
	return 0;
}

static err_t
feed_clear_halt(void *pipe, enum usb_endpoint which)
{
	(void)pipe;
	(void)which;
	return 0;
}

static const struct usb_ops feed_ops = {
    .bulk_out = feed_out,
    .bulk_in = feed_in,
    .control_out = feed_control,
    .clear_halt = feed_clear_halt,
};

static void
read_object(struct ccid_slot *slot, const struct params *p)
{
	struct apdu_cmd cmd = {.ins = 0xCB,
	    .data = {(const uint8_t *)"\x5C\x00", 2},
	    .ne = APDU_NE_ALL};
	struct apdu_rsp rsp;
	struct buf data;
	struct link link;
	err_t err;

	buf_init(&data, 4096);
	rsp = (struct apdu_rsp){.data = &data};
	err = link_start(&link, slot, p, true, deadline_in(0));
	if (err == 0)
		err = exchange(&link, &cmd, 256, deadline_in(0), &rsp);
	MUST(data.n <= 4096);
	if (err == 0)
		MUST(rsp.sw >> 12 == 6 || rsp.sw >> 12 == 9);
	(void)touch(buf_bytes(&data));
	buf_clear(&data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct ccid_desc desc = {.dwProtocols = 3,
	    .dwDefaultClock = 4000,
	    .dwMaxDataRate = 344105,
	    .dwMaxIFSD = 252,
	    .dwFeatures = 0x000100BA,
	    .dwMaxCCIDMessageLength = 271};
	static const struct usb_reader_info info = {.wMaxPacketSize = 64};
	static const struct data_rates none = {.n = 0};
	struct feed feed = {.in = {data, n}};
	struct ccid_slot slot = {.wait_ms = CCID_WAIT_CARD_MS};
	struct ccid ccid;
	struct params p = {.fidi = FIDI_DEFAULT};
	enum ccid_icc icc;
	struct atr atr;

	ccid_init(&ccid, (struct usb_pipe){&feed_ops, &feed}, &desc, &info);
	slot.ccid = &ccid;
	(void)!ccid_slot_status(
	    &slot, (struct ccid_wait){0, deadline_in(0)}, &icc);
	if (power_on(&slot, POWER_WARM, deadline_in(0), &atr) == 0)
		(void)!power_negotiate(
		    &slot, &atr, &none, 0, deadline_in(0), &p);
	read_object(&slot, &p);
	(void)!ccid_resync(&slot, deadline_in(0), &icc);
	MUST(ccid.rx.n <= ccid.rx.cap);
	ccid_clear(&ccid);
	return 0;
}
