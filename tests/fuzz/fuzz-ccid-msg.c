/* SPDX-License-Identifier: BSD-2-Clause */
/* Any answer of a reader; a good one survives as a command of its own bytes. */
#include "reader/ccid-msg.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ccid_answer a;

	if (ccid_answer_parse(bytes_of(data, n), &a) != 0)
		return 0;
	MUST(a.data.n == n - CCID_HEADER_LENGTH);
	MUST(a.icc <= CCID_ICC_ABSENT);
	MUST(a.outcome <= CCID_COMMAND_TIME_EXTENSION);
	MUST(ccid_error(a.bError) != 0);
	MUST(ccid_type_name(a.type) != NULL);
	(void)touch(a.data);

	struct ccid_command cmd = {
	    .type = (enum ccid_command_type)a.type, .data = a.data};
	struct buf out;

	cmd.specific[0] = data[7];
	cmd.specific[1] = data[8];
	cmd.specific[2] = data[9];
	buf_init(&out, n);
	ccid_command_encode(&cmd, a.bSlot, a.bSeq, &out);
	MUST(buf_err(&out) == 0);
	MUST(bytes_equal(buf_bytes(&out), bytes_of(data, n)));
	buf_clear(&out);
	return 0;
}
