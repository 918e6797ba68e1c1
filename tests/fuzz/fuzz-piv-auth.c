/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to GENERAL AUTHENTICATE, of every kind and size of key. */
#include "cac/piv-auth.h"
#include "tests/fuzz/fuzz.h"

/* The parser needs no reader. */
err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	(void)r;
	(void)cmd;
	(void)rsp;
	(void)until;
	abort();
}

unsigned
reader_id(const struct reader *r)
{
	(void)r;
	abort();
}

unsigned
reader_epoch(const struct reader *r)
{
	(void)r;
	abort();
}

unsigned
reader_memory(const struct reader *r)
{
	(void)r;
	abort();
}

void
reader_new_object(struct reader *r)
{
	(void)r;
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct {
		enum card_op_kind kind;
		unsigned bits;
	} ops[] = {
	    {CARD_OP_RSA, 1024},
	    {CARD_OP_RSA, 2048},
	    {CARD_OP_ECDSA, 256},
	    {CARD_OP_ECDSA, 384},
	    {CARD_OP_ECDH, 256},
	    {CARD_OP_ECDH, 384},
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		struct card_op op = {.kind = ops[i].kind, .bits = ops[i].bits};
		size_t length = ops[i].bits / 8;
		struct buf out;
		err_t err;

		buf_init(&out, 512);
		err = piv_auth_parse(&op, bytes_of(data, n), &out);
		MUST(err == 0 || err == CARD_ERR_DATA);
		if (op.kind == CARD_OP_ECDSA)
			length *= 2;
		MUST(out.n == (err == 0 ? length : 0));
		(void)touch(buf_bytes(&out));
		buf_clear(&out);
	}
	return 0;
}
