/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "tests/unit/buffer-rig.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

const struct cac_path rig_path = {
    .aid = {0xA0, 0, 0, 0, 0x79, 1, 0},
    .object = {1, 0},
    .has_object = true,
};

/* The PKI container of GSC-IS cards, as recorded: T of 10, V of 986 bytes. */
const uint8_t rig_t[] = {0x71, 1, 0x70, 0xFF, 0xB2, 0x03, 0x72, 0x26, 0xFE, 1};
struct buf rig_v;
struct fake_container rig_containers[2];
struct reader reader;
struct cac_io rig_io;
struct cac_buffers rig_out;

int
rig_setup(void **state)
{
	(void)state;
	sample_der(&rig_v, V_LENGTH, 1);
	for (uint8_t i = 0; i < 2; i++)
		rig_containers[i] = (struct fake_container){
		    .aid = {0xA0, 0, 0, 0, 0x79, 1, 0},
		    .object = {1, i},
		    .needs_object = true,
		    .t = BYTES(rig_t),
		    .v = buf_bytes(&rig_v),
		};
	fake_reader_init(&reader, rig_containers, 2);
	cac_io_init(&rig_io);
	rig_io.r = &reader;
	cac_buffers_init(&rig_out);
	return 0;
}

int
rig_teardown(void **state)
{
	(void)state;
	buf_clear(&rig_v);
	fake_reader_clear(&reader);
	cac_buffers_clear(&rig_out);
	return 0;
}

void
rig_reads(void)
{
	assert_int_equal(cac_buffers_read(&rig_io, &rig_path, &rig_out), 0);
	assert_bytes(buf_bytes(&rig_out.t), BYTES(rig_t));
	assert_bytes(buf_bytes(&rig_out.v), buf_bytes(&rig_v));
}

void
rig_fault(struct fake_fault fault)
{
	static struct fake_fault faults[1];

	faults[0] = fault;
	reader.faults = faults;
	reader.fault_count = 1;
}
