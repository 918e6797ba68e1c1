/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of the USB CCID specification, rev 1.1, spelled as it spells them. */
#ifndef READER_CCID_SPEC_H
#define READER_CCID_SPEC_H

/* 5.1: the class descriptor. */
#define CCID_INTERFACE_CLASS	   0x0B
#define CCID_DESCRIPTOR_TYPE	   0x21
#define CCID_DESCRIPTOR_LENGTH	   54
#define USB_INTERFACE_CLASS_VENDOR 0xFF

/* 5.1: bVoltageSupport. */
#define CCID_VOLTAGE_5V	  0x01
#define CCID_VOLTAGE_3V	  0x02
#define CCID_VOLTAGE_1_8V 0x04

/* 5.1: dwProtocols. */
#define CCID_PROTOCOL_T0 0x00000001
#define CCID_PROTOCOL_T1 0x00000002

/* 5.1: bPINSupport. */
#define CCID_PIN_VERIFICATION 0x01
#define CCID_PIN_MODIFICATION 0x02

/* 5.1: dwFeatures. */
#define CCID_FEATURE_AUTO_PARAMETERS  0x00000002
#define CCID_FEATURE_AUTO_ACTIVATION  0x00000004
#define CCID_FEATURE_AUTO_VOLTAGE     0x00000008
#define CCID_FEATURE_AUTO_CLOCK	      0x00000010
#define CCID_FEATURE_AUTO_BAUD	      0x00000020
#define CCID_FEATURE_AUTO_NEGOTIATION 0x00000040
#define CCID_FEATURE_AUTO_PPS	      0x00000080
#define CCID_FEATURE_AUTO_IFSD	      0x00000400
#define CCID_FEATURE_LEVEL_MASK	      0x00070000
#define CCID_FEATURE_LEVEL_TPDU	      0x00010000
#define CCID_FEATURE_LEVEL_SHORT      0x00020000
#define CCID_FEATURE_LEVEL_EXTENDED   0x00040000

/* 5.3: class requests. */
#define CCID_REQUEST_ABORT		   0x01
#define CCID_REQUEST_GET_CLOCK_FREQUENCIES 0x02
#define CCID_REQUEST_GET_DATA_RATES	   0x03

/* 6.1: bMessageType of bulk OUT messages. */
enum ccid_command_type {
	PC_to_RDR_SetParameters = 0x61,
	PC_to_RDR_IccPowerOn = 0x62,
	PC_to_RDR_IccPowerOff = 0x63,
	PC_to_RDR_GetSlotStatus = 0x65,
	PC_to_RDR_Secure = 0x69,
	PC_to_RDR_GetParameters = 0x6C,
	PC_to_RDR_XfrBlock = 0x6F,
	PC_to_RDR_Abort = 0x72,
	PC_to_RDR_SetDataRateAndClockFrequency = 0x73,
};

/* 6.2: bMessageType of bulk IN messages. */
enum ccid_answer_type {
	RDR_to_PC_DataBlock = 0x80,
	RDR_to_PC_SlotStatus = 0x81,
	RDR_to_PC_Parameters = 0x82,
	RDR_to_PC_DataRateAndClockFrequency = 0x84,
};

#define CCID_HEADER_LENGTH 10

/* 6.1.1: bPowerSelect. */
enum ccid_power_select {
	CCID_POWER_AUTO = 0,
	CCID_POWER_5V = 1,
	CCID_POWER_3V = 2,
	CCID_POWER_1_8V = 3,
};

/* 6.1.11: bPINOperation. */
enum ccid_pin_operation {
	CCID_PIN_VERIFY = 0,
	CCID_PIN_MODIFY = 1,
};

/* 6.1.11: fields of the PIN data structures. */
enum ccid_pin_field {
	/* bmFormatString; the PIN is at the left, from the first byte on. */
	CCID_PIN_UNITS_BYTES = 0x80,
	CCID_PIN_ASCII = 0x02,
	/* bEntryValidationCondition */
	CCID_PIN_VALIDATION_KEY = 0x02,
	/* bConfirmPIN */
	CCID_PIN_NEW_TWICE = 0x01,
	CCID_PIN_CURRENT_ASKED = 0x02,
	/* bNumberMessage */
	CCID_PIN_NO_MESSAGE = 0x00,
	CCID_PIN_ONE_MESSAGE = 0x01,
	CCID_PIN_THREE_MESSAGES = 0x03,
	CCID_PIN_DEFAULT_MESSAGE = 0xFF,
};

/* 6.2.6: bmICCStatus, the two low bits of bStatus. */
enum ccid_icc {
	CCID_ICC_ACTIVE = 0,
	CCID_ICC_INACTIVE = 1,
	CCID_ICC_ABSENT = 2,
};

/* 6.2.6: bmCommandStatus, the two high bits of bStatus. */
enum ccid_outcome {
	CCID_COMMAND_DONE = 0,
	CCID_COMMAND_FAILED = 1,
	CCID_COMMAND_TIME_EXTENSION = 2,
};

/* 6.2.6: bError of a failed command; 1 to 127 name a field of the command. */
enum ccid_slot_error {
	CMD_ABORTED = 0xFF,
	ICC_MUTE = 0xFE,
	XFR_PARITY_ERROR = 0xFD,
	XFR_OVERRUN = 0xFC,
	HW_ERROR = 0xFB,
	BAD_ATR_TS = 0xF8,
	BAD_ATR_TCK = 0xF7,
	ICC_PROTOCOL_NOT_SUPPORTED = 0xF6,
	ICC_CLASS_NOT_SUPPORTED = 0xF5,
	PROCEDURE_BYTE_CONFLICT = 0xF4,
	DEACTIVATED_PROTOCOL = 0xF3,
	BUSY_WITH_AUTO_SEQUENCE = 0xF2,
	PIN_TIMEOUT = 0xF0,
	PIN_CANCELLED = 0xEF,
	CMD_SLOT_BUSY = 0xE0,
	CMD_NOT_SUPPORTED = 0x00,
};

#endif
