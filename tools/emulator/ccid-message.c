/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/ccid-message.h"

#define MAX_EXTENSIONS 1000

static const struct {
	uint8_t type;
	const char *name;
} names[] = {
    {PC_to_RDR_SetParameters, "SetParameters"},
    {PC_to_RDR_IccPowerOn, "IccPowerOn"},
    {PC_to_RDR_IccPowerOff, "IccPowerOff"},
    {PC_to_RDR_GetSlotStatus, "GetSlotStatus"},
    {PC_to_RDR_Secure, "Secure"},
    {PC_to_RDR_T0APDU, "T0APDU"},
    {PC_to_RDR_Escape, "Escape"},
    {PC_to_RDR_GetParameters, "GetParameters"},
    {PC_to_RDR_ResetParameters, "ResetParameters"},
    {PC_to_RDR_IccClock, "IccClock"},
    {PC_to_RDR_XfrBlock, "XfrBlock"},
    {PC_to_RDR_Mechanical, "Mechanical"},
    {PC_to_RDR_Abort, "Abort"},
    {PC_to_RDR_SetDataRateAndClockFrequency, "SetDataRateAndClockFrequency"},
    {RDR_to_PC_DataBlock, "DataBlock"},
    {RDR_to_PC_SlotStatus, "SlotStatus"},
    {RDR_to_PC_Parameters, "Parameters"},
    {RDR_to_PC_Escape, "Escape"},
    {RDR_to_PC_DataRateAndClockFrequency, "DataRateAndClockFrequency"},
};

const char *
ccid_message_name(uint8_t type)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].type == type)
			return names[i].name;
	}
	return NULL;
}

int
ccid_message_type(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].type < RDR_to_PC_DataBlock &&
		    strcmp(names[i].name, name) == 0)
			return names[i].type;
	}
	return -1;
}

/* CCID 1.1, 6.2: header and abData; returns the length. */
static size_t
encode(uint8_t *m, const struct command *c, uint8_t type, uint8_t status,
    const struct reply *reply)
{
	m[0] = type;
	m[1] = (uint8_t)reply->n;
	m[2] = (uint8_t)(reply->n >> 8);
	m[3] = 0;
	m[4] = 0;
	m[5] = c->slot;
	m[6] = c->seq;
	m[7] = status;
	m[8] = reply->error;
	m[9] = reply->specific;
	memcpy(m + CCID_HEADER, reply->data, reply->n);
	return CCID_HEADER + reply->n;
}

/* Notices "still at it", each worth one more waiting time. */
static bool
extend(struct ccid *ccid, const struct command *c, uint8_t type,
    uint8_t icc_status, unsigned long count, uint64_t due)
{
	const struct reply notice = {.error = 1};
	uint8_t m[CCID_HEADER];
	bool ok = true;

	if (count > MAX_EXTENSIONS)
		count = MAX_EXTENSIONS;
	for (unsigned long i = 0; ok && i < count; i++) {
		encode(
		    m, c, type, COMMAND_TIME_EXTENSION | icc_status, &notice);
		report_message(ccid->report, m, sizeof(m));
		ok = pipe_put(ccid->in, m, sizeof(m), due, 0);
	}
	return ok;
}

/* What the fault does to the bytes of the answer; returns their number. */
static size_t
distort(uint8_t *m, size_t n, enum fault_kind kind)
{
	switch (kind) {
	case FAULT_SHORT:
		return CCID_HEADER / 2;
	case FAULT_WRONG_SEQ:
		m[6]--;
		return n;
	case FAULT_WRONG_SLOT:
		m[5]++;
		return n;
	case FAULT_WRONG_TYPE:
		m[0] = m[0] == RDR_to_PC_SlotStatus ? RDR_to_PC_DataBlock
						    : RDR_to_PC_SlotStatus;
		return n;
	case FAULT_WRONG_LENGTH:
		m[1]++;
		return n;
	default:
		return n;
	}
}

bool
ccid_answer(struct ccid *ccid, const struct command *c, uint8_t type,
    const struct reply *reply, const struct fault *fault, uint64_t now_ms)
{
	enum fault_kind kind = fault != NULL ? fault->kind : FAULT_ERROR;
	uint8_t icc = c->slot == 0 ? slot_icc_status(&ccid->slot) : ICC_ABSENT;
	uint8_t status = reply->failed ? COMMAND_FAILED : 0;
	unsigned long extensions = reply->nulls;
	unsigned flags = ANSWER_LAST;
	uint8_t m[CCID_HEADER + sizeof(reply->data)];
	uint64_t due = now_ms;
	size_t n;

	if (kind == FAULT_TIME_EXTENSION)
		extensions += fault->number;
	if (kind == FAULT_LATE)
		due += fault->number;
	if (extensions > 0 || kind == FAULT_LATE)
		flags |= ANSWER_SLOW;
	if (kind == FAULT_BABBLE)
		flags |= ANSWER_BABBLE;
	if (ccid->zero_packets)
		flags |= ANSWER_ZERO_PACKET;
	if (!extend(ccid, c, type, icc, extensions, due))
		return false;
	if (kind == FAULT_ZERO_PACKET &&
	    !pipe_put(ccid->in, NULL, 0, due, ANSWER_ZERO_PACKET))
		return false;
	n = encode(m, c, type, status | icc, reply);
	n = distort(m, n, kind);
	report_message(ccid->report, m, n);
	return pipe_put(ccid->in, m, n, due, flags);
}
