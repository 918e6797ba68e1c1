/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/usbip-wire.h"

#define SPEED_FULL 2
#define PATH_SIZE  256

uint16_t
usbip_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t
usbip_get32(const uint8_t *p)
{
	return (uint32_t)usbip_get16(p) << 16 | usbip_get16(p + 2);
}

static uint8_t *
put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

static uint8_t *
put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, (uint16_t)(v >> 16)), (uint16_t)v);
}

void
usbip_get_submit(const uint8_t h[USBIP_HEADER], struct usbip_submit *out)
{
	out->seqnum = usbip_get32(h + 4);
	out->devid = usbip_get32(h + 8);
	out->direction = usbip_get32(h + 12);
	out->endpoint = usbip_get32(h + 16);
	out->flags = usbip_get32(h + 20);
	out->length = usbip_get32(h + 24);
	out->packets = usbip_get32(h + 32);
	memcpy(out->setup, h + 40, sizeof(out->setup));
}

void
usbip_put_ret(uint8_t h[USBIP_HEADER], uint32_t command, uint32_t seqnum,
    int status, size_t actual)
{
	memset(h, 0, USBIP_HEADER);
	put32(h, command);
	put32(h + 4, seqnum);
	put32(h + 20, (uint32_t)status);
	put32(h + 24, (uint32_t)actual);
	if (command == USBIP_RET_SUBMIT)
		put32(h + 32, USBIP_NOT_ISO);
}

void
usbip_put_op(uint8_t h[OP_HEADER], uint16_t code, enum op_status status)
{
	put32(put16(put16(h, USBIP_VERSION), code), (uint32_t)status);
}

void
usbip_put_device(uint8_t record[OP_DEVICE], const struct model *model)
{
	uint8_t *p = record;

	memset(record, 0, OP_DEVICE);
	strcpy((char *)p, "/sys/devices/cac-emulator/usb1/1-1");
	strcpy((char *)(p + PATH_SIZE), USBIP_BUSID);
	p = put32(p + PATH_SIZE + OP_BUSID, USBIP_BUSNUM);
	p = put32(p, USBIP_DEVNUM);
	p = put32(p, SPEED_FULL);
	p = put16(p, model->vendor);
	p = put16(p, model->product);
	p = put16(p, model->release);
	/* Class, subclass, protocol; configuration, of how many; interfaces */
	memcpy(p, (const uint8_t[]){0, 0, 0, 1, 1, 1}, 6);
}
