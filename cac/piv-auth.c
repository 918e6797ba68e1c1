/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/ber-tlv.h"
#include "cac/iso7816.h"
#include "cac/piv-auth.h"
#include "cac/piv-spec.h"

/* Over the longest: a response of 512 bytes in its template. */
#define ANSWER_MAX 1024

/* Headers around the longest input. */
#define TEMPLATE_MAX (512 + 16)

#define DER_SEQUENCE 0x30
#define DER_INTEGER  0x02
#define DER_NEGATIVE 0x80

static bool
find_algorithm(const struct card_op *op, uint8_t *out)
{
	static const struct {
		bool rsa;
		unsigned bits;
		uint8_t id;
	} algorithms[] = {
	    {true, 1024, PIV_RSA_1024},
	    {true, 2048, PIV_RSA_2048},
	    {true, 3072, PIV_RSA_3072},
	    {true, 4096, PIV_RSA_4096},
	    {false, 256, PIV_P256},
	    {false, 384, PIV_P384},
	};

	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (algorithms[i].bits == op->bits &&
		    algorithms[i].rsa == (op->kind == CARD_OP_RSA)) {
			*out = algorithms[i].id;
			return true;
		}
	return false;
}

static void
append_header(struct buf *out, uint8_t tag, size_t n)
{
	buf_append_u8(out, tag);
	if (n > 0xFF) {
		buf_append_u8(out, 0x82);
		buf_append_u8(out, (uint8_t)(n >> 8));
	} else if (n >= 0x80) {
		buf_append_u8(out, 0x81);
	}
	buf_append_u8(out, (uint8_t)n);
}

err_t
piv_auth_template(const struct card_op *op, uint8_t *algorithm, struct buf *out)
{
	struct buf content;
	err_t err;

	if (!find_algorithm(op, algorithm))
		return CARD_ERR_INPUT;
	buf_init(&content, TEMPLATE_MAX);
	append_header(&content, PIV_TAG_RESPONSE, 0);
	append_header(&content,
	    op->kind == CARD_OP_ECDH ? PIV_TAG_EXPONENT : PIV_TAG_CHALLENGE,
	    op->in.n);
	buf_append(&content, op->in);
	append_header(out, PIV_TAG_TEMPLATE, content.n);
	buf_append(out, buf_bytes(&content));
	err = buf_err(&content) != 0 ? buf_err(&content) : buf_err(out);
	buf_clear(&content);
	return err;
}

/* The one entry that in consists of. */
static err_t
unwrap(struct bytes in, uint8_t tag, struct bytes *out)
{
	struct ber_tlv entry;
	err_t err = ber_tlv_next(&in, &entry);

	if (err != 0)
		return err;
	*out = entry.value;
	return entry.tag == tag && in.n == 0 ? 0 : CARD_ERR_DATA;
}

/* A positive INTEGER, as n bytes. */
static err_t
take_integer(struct bytes *in, size_t n, struct buf *out)
{
	struct bytes left, zero;
	struct ber_tlv entry;
	err_t err = ber_tlv_next(in, &entry);

	if (err != 0)
		return err;
	left = entry.value;
	if (entry.tag != DER_INTEGER || left.n == 0 ||
	    (left.p[0] & DER_NEGATIVE) != 0)
		return CARD_ERR_DATA;
	while (left.n > 0 && left.p[0] == 0)
		(void)bytes_take(&left, 1, &zero);
	if (left.n == 0 || left.n > n)
		return CARD_ERR_DATA;
	for (size_t i = left.n; i < n; i++)
		buf_append_u8(out, 0);
	buf_append(out, left);
	return 0;
}

static err_t
take_signature(struct bytes in, size_t n, struct buf *out)
{
	struct bytes content;
	err_t err = unwrap(in, DER_SEQUENCE, &content);

	if (err == 0)
		err = take_integer(&content, n, out);
	if (err == 0)
		err = take_integer(&content, n, out);
	return err == 0 && content.n > 0 ? CARD_ERR_DATA : err;
}

err_t
piv_auth_parse(const struct card_op *op, struct bytes answer, struct buf *out)
{
	size_t before = out->n, n = op->bits / 8;
	struct bytes content, result;
	err_t err = unwrap(answer, PIV_TAG_TEMPLATE, &content);

	if (err == 0)
		err = unwrap(content, PIV_TAG_RESPONSE, &result);
	if (err != 0)
		return err;
	if (op->kind == CARD_OP_ECDSA)
		err = take_signature(result, n, out);
	else if (result.n == n)
		buf_append(out, result);
	else
		err = CARD_ERR_DATA;
	if (err == 0)
		err = buf_err(out);
	if (err != 0)
		buf_truncate(out, before);
	return err;
}

err_t
piv_auth(
    struct cac_io *io, uint8_t key, const struct card_op *op, struct buf *out)
{
	struct apdu_cmd cmd = {
	    .cla = CLA_ISO,
	    .ins = PIV_INS_AUTHENTICATE,
	    .p2 = key,
	    .ne = ANSWER_MAX,
	    .replay = APDU_NEVER_REPLAY,
	    .secret = APDU_SECRET_BOTH,
	};
	struct buf template, answer;
	err_t err;

	buf_init(&template, TEMPLATE_MAX);
	buf_init(&answer, ANSWER_MAX);
	err = piv_auth_template(op, &cmd.p1, &template);
	if (err == 0) {
		cmd.data = buf_bytes(&template);
		err = cac_exchange(io, &cmd, &answer);
	}
	if (err == 0)
		err = buf_err(&answer);
	if (err == 0)
		err = cac_judge_use(io->sw);
	if (err == 0)
		err = piv_auth_parse(op, buf_bytes(&answer), out);
	buf_clear(&answer);
	buf_clear(&template);
	return err;
}
