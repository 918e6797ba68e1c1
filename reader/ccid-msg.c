/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/ccid-msg.h"

void
ccid_command_encode(const struct ccid_command *cmd, uint8_t bSlot, uint8_t bSeq,
    struct buf *out)
{
	uint8_t header[CCID_HEADER_LENGTH] = {(uint8_t)cmd->type};

	bytes_put_le32(header + 1, (uint32_t)cmd->data.n);
	header[5] = bSlot;
	header[6] = bSeq;
	memcpy(header + 7, cmd->specific, 3);
	buf_append(out, BYTES(header));
	buf_append(out, cmd->data);
}

err_t
ccid_answer_parse(struct bytes in, struct ccid_answer *out)
{
	struct bytes header;

	*out = (struct ccid_answer){0};
	if (!bytes_take(&in, CCID_HEADER_LENGTH, &header))
		return CCID_ERR_SYNC;
	out->type = header.p[0];
	out->bSlot = header.p[5];
	out->bSeq = header.p[6];
	out->icc = header.p[7] & 3;
	out->outcome = header.p[7] >> 6;
	out->bError = header.p[8];
	out->specific = header.p[9];
	out->data = in;
	if (bytes_le32(header.p + 1) != in.n || out->icc > CCID_ICC_ABSENT ||
	    out->outcome > CCID_COMMAND_TIME_EXTENSION)
		return CCID_ERR_SYNC;
	return 0;
}

uint8_t
ccid_answer_type(enum ccid_command_type type)
{
	switch (type) {
	case PC_to_RDR_IccPowerOn:
	case PC_to_RDR_XfrBlock:
	case PC_to_RDR_Secure:
		return RDR_to_PC_DataBlock;
	case PC_to_RDR_SetParameters:
	case PC_to_RDR_GetParameters:
		return RDR_to_PC_Parameters;
	case PC_to_RDR_SetDataRateAndClockFrequency:
		return RDR_to_PC_DataRateAndClockFrequency;
	case PC_to_RDR_IccPowerOff:
	case PC_to_RDR_GetSlotStatus:
	case PC_to_RDR_Abort:
		break;
	}
	return RDR_to_PC_SlotStatus;
}

err_t
ccid_error(uint8_t bError)
{
	switch (bError) {
	case CMD_ABORTED:
		return CCID_ERR_ABORTED;
	case ICC_MUTE:
		return CCID_ERR_MUTE;
	case XFR_PARITY_ERROR:
		return CCID_ERR_PARITY;
	case XFR_OVERRUN:
		return CCID_ERR_OVERRUN;
	case HW_ERROR:
		return CCID_ERR_HARDWARE;
	case BAD_ATR_TS:
	case BAD_ATR_TCK:
		return CCID_ERR_BAD_ATR;
	case ICC_PROTOCOL_NOT_SUPPORTED:
		return CCID_ERR_PROTOCOL;
	case ICC_CLASS_NOT_SUPPORTED:
		return CCID_ERR_CLASS;
	case PROCEDURE_BYTE_CONFLICT:
		return CCID_ERR_PROCEDURE;
	case DEACTIVATED_PROTOCOL:
		return CCID_ERR_DEACTIVATED;
	case BUSY_WITH_AUTO_SEQUENCE:
		return CCID_ERR_AUTO_BUSY;
	case CMD_SLOT_BUSY:
		return CCID_ERR_SLOT_BUSY;
	case CMD_NOT_SUPPORTED:
		return CCID_ERR_UNSUPPORTED;
	default:
		return bError < 0x80 ? CCID_ERR_REFUSED : CCID_ERR_VENDOR;
	}
}

err_t
ccid_secure_error(uint8_t bError)
{
	switch (bError) {
	case PIN_TIMEOUT:
		return CCID_ERR_PIN_TIMEOUT;
	case PIN_CANCELLED:
		return CCID_ERR_PIN_CANCELLED;
	default:
		return ccid_error(bError);
	}
}

const char *
ccid_type_name(uint8_t bMessageType)
{
	switch (bMessageType) {
	case PC_to_RDR_SetParameters:
		return "SetParameters";
	case PC_to_RDR_IccPowerOn:
		return "IccPowerOn";
	case PC_to_RDR_IccPowerOff:
		return "IccPowerOff";
	case PC_to_RDR_GetSlotStatus:
		return "GetSlotStatus";
	case PC_to_RDR_Secure:
		return "Secure";
	case PC_to_RDR_GetParameters:
		return "GetParameters";
	case PC_to_RDR_XfrBlock:
		return "XfrBlock";
	case PC_to_RDR_Abort:
		return "Abort";
	case PC_to_RDR_SetDataRateAndClockFrequency:
		return "SetDataRateAndClockFrequency";
	case RDR_to_PC_DataBlock:
		return "DataBlock";
	case RDR_to_PC_SlotStatus:
		return "SlotStatus";
	case RDR_to_PC_Parameters:
		return "Parameters";
	case RDR_to_PC_DataRateAndClockFrequency:
		return "DataRateAndClockFrequency";
	default:
		return "unknown";
	}
}
