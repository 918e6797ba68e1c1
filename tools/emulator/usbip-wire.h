/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * USB/IP on the wire, protocol version 1.1.1: numbers are big-endian
 * (Linux, Documentation/usb/usbip_protocol.rst).
 */
#ifndef EMULATOR_USBIP_WIRE_H
#define EMULATOR_USBIP_WIRE_H

#include "tools/emulator/model.h"

#define USBIP_VERSION  0x0111
#define OP_REQ_DEVLIST 0x8005
#define OP_REP_DEVLIST 0x0005
#define OP_REQ_IMPORT  0x8003
#define OP_REP_IMPORT  0x0003
#define OP_HEADER      8
#define OP_BUSID       32
#define OP_DEVICE      312
#define OP_INTERFACE   4

enum op_status { OP_OK, OP_NOT_AVAILABLE, OP_BUSY, OP_ERROR, OP_NO_DEVICE };

#define USBIP_CMD_SUBMIT   1
#define USBIP_CMD_UNLINK   2
#define USBIP_RET_SUBMIT   3
#define USBIP_RET_UNLINK   4
#define USBIP_HEADER	   48
#define USBIP_DIR_IN	   1
#define USBIP_NOT_ISO	   0xFFFFFFFF
#define USBIP_SHORT_NOT_OK 0x0001

#define USBIP_BUSID  "1-1"
#define USBIP_BUSNUM 1
#define USBIP_DEVNUM 2
#define USBIP_DEVID  (USBIP_BUSNUM << 16 | USBIP_DEVNUM)

struct usbip_submit {
	uint32_t seqnum;
	uint32_t devid;
	uint32_t direction;
	uint32_t endpoint;
	uint32_t flags;
	uint32_t length;
	uint32_t packets;
	uint8_t setup[8];
};

uint16_t usbip_get16(const uint8_t *p);
uint32_t usbip_get32(const uint8_t *p);

void usbip_get_submit(const uint8_t h[USBIP_HEADER], struct usbip_submit *out);

/* Headers of replies; status is 0 or a negative errno. */
void usbip_put_ret(uint8_t h[USBIP_HEADER], uint32_t command, uint32_t seqnum,
    int status, size_t actual);
void usbip_put_op(uint8_t h[OP_HEADER], uint16_t code, enum op_status status);

/* The record of the device, as DEVLIST and IMPORT have it. */
void usbip_put_device(uint8_t record[OP_DEVICE], const struct model *model);

#endif
