/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/link.h"
#include "reader/t0-char.h"

#define COMMAND_MAX  (4 + 1 + APDU_DATA_MAX + 1)
#define EXTENDED_MAX (4 + 3 + APDU_CHAINED_MAX + 2)
#define ANSWER_MAX   65600
#define PARTS_MAX    1100 /* of one extended exchange */
#define DATA_OFFSET  5

/* bChainParameter and wLevelParameter of the extended level (6.1.4). */
enum chain_parameter {
	CHAIN_WHOLE = 0x00,
	CHAIN_BEGINS = 0x01,
	CHAIN_ENDS = 0x02,
	CHAIN_CONTINUES = 0x03,
	CHAIN_NEXT = 0x10,
};

err_t
link_start(struct link *l, struct ccid_slot *s, const struct params *p,
    bool fresh, struct deadline until)
{
	l->slot = s;
	switch (s->ccid->desc.dwFeatures & CCID_FEATURE_LEVEL_MASK) {
	case CCID_FEATURE_LEVEL_TPDU:
		l->level = p->protocol == 0 ? LINK_T0 : LINK_T1;
		break;
	case CCID_FEATURE_LEVEL_SHORT:
		l->level = LINK_SHORT;
		break;
	case CCID_FEATURE_LEVEL_EXTENDED:
		l->level = LINK_EXTENDED;
		break;
	default:
		l->level = p->protocol == 0 ? LINK_T0_CHAR : LINK_T1;
		break;
	}
	l->extended = p->extended &&
	    (l->level == LINK_T1 || l->level == LINK_EXTENDED) &&
	    (fresh || l->extended);
	if (l->level != LINK_T1)
		return 0;
	return t1_start(&l->t1, s, p, fresh, until);
}

void
link_give_up_extended(struct link *l)
{
	trace_text(
	    l->slot->id, TRACE_APDU, '-', "no extended lengths after all");
	l->extended = false;
}

size_t
link_part(const struct link *l)
{
	/* Header, Lc and Le beside the data. */
	size_t room =
	    l->slot->ccid->desc.dwMaxCCIDMessageLength - CCID_EXPECT(4 + 1 + 1);

	return room < APDU_DATA_MAX ? room : APDU_DATA_MAX;
}

unsigned
link_fitting(const struct link *l, unsigned n)
{
	const struct ccid *c = l->slot->ccid;

	if ((c->quirks & QUIRK_FULL_PACKETS) && n > 1 &&
	    CCID_EXPECT(n + 2) % c->wMaxPacketSize == 0)
		return n - 1;
	return n;
}

static err_t
take_response(struct bytes in, struct buf *data, uint16_t *sw)
{
	struct bytes body;

	if (in.n < 2 || !bytes_take(&in, in.n - 2, &body))
		return READER_ERR_TPDU;
	*sw = bytes_be16(in.p);
	/* Some readers fetch what nobody asked for. */
	if (data == NULL)
		return 0;
	buf_append(data, body);
	return buf_err(data) != 0 ? READER_ERR_TOO_LONG : 0;
}

static err_t
block(struct link *l, const struct ccid_command *cmd, struct deadline until,
    struct buf *rsp, uint8_t *chain)
{
	struct ccid_wait wait = {l->slot->wait_ms, until};
	struct ccid_answer answer;
	err_t err;

	err = ccid_transceive(l->slot, cmd, CCID_EXPECT_ANY, wait, &answer);
	if (err != 0)
		return err;
	*chain = answer.specific;
	buf_append(rsp, answer.data);
	return buf_err(rsp) != 0 ? READER_ERR_TOO_LONG : 0;
}

/* The answer's further parts, each asked for by an empty block. */
static err_t
further_parts(struct link *l, bool secret_answer, uint8_t chain,
    struct deadline until, struct buf *rsp)
{
	struct ccid_command next = {.type = PC_to_RDR_XfrBlock,
	    .specific = {0, CHAIN_NEXT, 0},
	    .answer = secret_answer ? CCID_ANSWER_SECRET : CCID_ANSWER_PUBLIC};
	err_t err = 0;

	for (unsigned i = 0; err == 0 && i < PARTS_MAX; i++) {
		if (chain == CHAIN_WHOLE || chain == CHAIN_ENDS)
			return 0;
		if (chain != CHAIN_BEGINS && chain != CHAIN_CONTINUES)
			return CCID_ERR_SYNC;
		err = block(l, &next, until, rsp, &chain);
	}
	return err != 0 ? err : READER_ERR_CHAIN;
}

/* What of the secret lies in the part from `at` on. */
static struct secret_range
secret_from(struct secret_range s, size_t at)
{
	if (s.n == 0)
		return s;
	s.from = s.from > at ? s.from - at : 0;
	return s;
}

/* Short commands fit one message of any reader but those with tiny buffers. */
static err_t
apdu_level(struct link *l, struct bytes command, struct secret_range secret,
    bool secret_answer, struct deadline until, struct buf *rsp)
{
	size_t most =
	    l->slot->ccid->desc.dwMaxCCIDMessageLength - CCID_HEADER_LENGTH;
	struct ccid_command cmd = {.type = PC_to_RDR_XfrBlock,
	    .answer = secret_answer ? CCID_ANSWER_SECRET : CCID_ANSWER_PUBLIC};
	size_t at = 0;
	uint8_t chain = CHAIN_NEXT;
	err_t err = 0;

	while (err == 0 && at < command.n) {
		size_t n = command.n - at < most ? command.n - at : most;
		bool last = at + n == command.n;

		if (l->level == LINK_SHORT && !last)
			return READER_ERR_COMMAND;
		/* The reader asks for each part but the first. */
		if (chain != CHAIN_NEXT || rsp->n > 0)
			return CCID_ERR_SYNC;
		cmd.specific[1] = at == 0 && last ? CHAIN_WHOLE
		    : at == 0			  ? CHAIN_BEGINS
		    : last			  ? CHAIN_ENDS
						  : CHAIN_CONTINUES;
		cmd.data = bytes_of(command.p + at, n);
		cmd.secret = secret_from(secret, at);
		err = block(l, &cmd, until, rsp, &chain);
		at += n;
	}
	if (err != 0 || l->level == LINK_SHORT)
		return err;
	return further_parts(l, secret_answer, chain, until, rsp);
}

static err_t
transmit_t0(struct link *l, const struct apdu_cmd *cmd, unsigned ne,
    struct secret_range secret, struct deadline until, struct buf *data,
    uint16_t *sw)
{
	uint8_t room[COMMAND_MAX];
	struct buf tpdu = {
	    .p = room, .room = sizeof(room), .cap = sizeof(room)};
	struct t0_tpdu t;
	err_t err;

	apdu_to_t0(cmd, ne, &tpdu);
	t = (struct t0_tpdu){.bytes = buf_bytes(&tpdu),
	    .secret = secret,
	    .secret_answer = (cmd->secret & APDU_SECRET_RESPONSE) != 0};
	err = l->level == LINK_T0
	    ? t0_transmit(l->slot, t, until, data, sw)
	    : t0_char_transmit(l->slot, t, until, data, sw);
	explicit_bzero(room, sizeof(room));
	return err;
}

static bool
is_extended(const struct apdu_cmd *cmd, unsigned ne)
{
	return cmd->data.n > APDU_DATA_MAX || ne > APDU_NE_MAX;
}

static void
append_apdu(const struct apdu_cmd *cmd, unsigned ne, struct buf *apdu)
{
	if (is_extended(cmd, ne))
		apdu_to_extended(cmd, ne, apdu);
	else
		apdu_to_short(cmd, ne, apdu);
}

static err_t
transmit_apdu(struct link *l, const struct apdu_cmd *cmd, unsigned ne,
    struct secret_range secret, struct deadline until, struct buf *data,
    uint16_t *sw)
{
	bool secret_answer = (cmd->secret & APDU_SECRET_RESPONSE) != 0;
	struct buf command, rsp;
	err_t err;

	buf_init(&command, EXTENDED_MAX);
	buf_init(&rsp, ANSWER_MAX);
	append_apdu(cmd, ne, &command);
	err = buf_err(&command);
	if (err != 0)
		goto out;
	if (l->level == LINK_T1)
		err = t1_transmit(&l->t1, l->slot, buf_bytes(&command), secret,
		    secret_answer, until, &rsp);
	else
		err = apdu_level(
		    l, buf_bytes(&command), secret, secret_answer, until, &rsp);
	if (err == 0)
		err = take_response(buf_bytes(&rsp), data, sw);
out:
	buf_clear(&rsp);
	buf_clear(&command);
	return err;
}

err_t
link_transmit(struct link *l, const struct apdu_cmd *cmd, unsigned ne,
    struct deadline until, struct buf *data, uint16_t *sw)
{
	struct secret_range secret = SECRET_NONE;
	err_t err;

	if (is_extended(cmd, ne) && !l->extended)
		return READER_ERR_COMMAND;
	if (cmd->secret & APDU_SECRET_DATA)
		secret = (struct secret_range){
		    is_extended(cmd, ne) ? APDU_EXTENDED_OFFSET : DATA_OFFSET,
		    cmd->data.n};
	if (trace_on()) {
		struct buf apdu;

		buf_init(&apdu, EXTENDED_MAX);
		append_apdu(cmd, ne, &apdu);
		trace_bytes(l->slot->id, TRACE_APDU, '>', NULL,
		    buf_bytes(&apdu), secret);
		buf_clear(&apdu);
	}
	err = l->level == LINK_T0 || l->level == LINK_T0_CHAR
	    ? transmit_t0(l, cmd, ne, secret, until, data, sw)
	    : transmit_apdu(l, cmd, ne, secret, until, data, sw);
	if (err == 0)
		trace_text(l->slot->id, TRACE_APDU, '<', "%02X %02X", *sw >> 8,
		    *sw & 0xFF);
	return err;
}
