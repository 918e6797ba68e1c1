/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and numbers of USB CCID 1.1 and USB 2.0, as a reader needs them. */
#ifndef EMULATOR_CCID_SPEC_H
#define EMULATOR_CCID_SPEC_H

/* USB 2.0, 9.3 and 9.4 */
#define USB_DIR_IN	      0x80
#define USB_RECIP_DEVICE      0x00
#define USB_RECIP_INTERFACE   0x01
#define USB_RECIP_ENDPOINT    0x02
#define USB_TYPE_CLASS	      0x20
#define USB_GET_STATUS	      0x00
#define USB_CLEAR_FEATURE     0x01
#define USB_SET_FEATURE	      0x03
#define USB_GET_DESCRIPTOR    0x06
#define USB_GET_CONFIGURATION 0x08
#define USB_SET_CONFIGURATION 0x09
#define USB_GET_INTERFACE     0x0A
#define USB_SET_INTERFACE     0x0B
#define USB_ENDPOINT_HALT     0x00
#define USB_REMOTE_WAKEUP     0x01
#define USB_DT_DEVICE	      0x01
#define USB_DT_CONFIGURATION  0x02
#define USB_DT_STRING	      0x03
#define USB_FULL_SPEED_BULK   64

/* The endpoints of these readers. */
#define EP_BULK_OUT	0x01
#define EP_BULK_IN	0x82
#define EP_INTERRUPT_IN 0x83

/* CCID 1.1, 5.3: class requests */
#define CCID_ABORT		   0x01
#define CCID_GET_CLOCK_FREQUENCIES 0x02
#define CCID_GET_DATA_RATES	   0x03

/* CCID 1.1, 5.1: class descriptor */
#define CCID_DESCRIPTOR_SIZE 54
#define CCID_VOLTAGE_5V	     0x01

/* dwFeatures */
#define CCID_AUTO_PARAMETERS	 0x00000002
#define CCID_AUTO_VOLTAGE	 0x00000008
#define CCID_AUTO_CLOCK		 0x00000010
#define CCID_AUTO_BAUD		 0x00000020
#define CCID_AUTO_NEGOTIATION	 0x00000040
#define CCID_AUTO_PPS		 0x00000080
#define CCID_CLOCK_STOP		 0x00000100
#define CCID_NAD_ALLOWED	 0x00000200
#define CCID_LEVEL_TPDU		 0x00010000
#define CCID_LEVEL_SHORT_APDU	 0x00020000
#define CCID_LEVEL_EXTENDED_APDU 0x00040000

/* CCID 1.1, 6.1 and 6.2: messages */
#define CCID_HEADER			       10
#define PC_to_RDR_SetParameters		       0x61
#define PC_to_RDR_IccPowerOn		       0x62
#define PC_to_RDR_IccPowerOff		       0x63
#define PC_to_RDR_GetSlotStatus		       0x65
#define PC_to_RDR_Secure		       0x69
#define PC_to_RDR_T0APDU		       0x6A
#define PC_to_RDR_Escape		       0x6B
#define PC_to_RDR_GetParameters		       0x6C
#define PC_to_RDR_ResetParameters	       0x6D
#define PC_to_RDR_IccClock		       0x6E
#define PC_to_RDR_XfrBlock		       0x6F
#define PC_to_RDR_Mechanical		       0x71
#define PC_to_RDR_Abort			       0x72
#define PC_to_RDR_SetDataRateAndClockFrequency 0x73
#define RDR_to_PC_DataBlock		       0x80
#define RDR_to_PC_SlotStatus		       0x81
#define RDR_to_PC_Parameters		       0x82
#define RDR_to_PC_Escape		       0x83
#define RDR_to_PC_DataRateAndClockFrequency    0x84
#define RDR_to_PC_NotifySlotChange	       0x50

/* CCID 1.1, 6.2.6: bStatus */
#define ICC_ACTIVE	       0
#define ICC_INACTIVE	       1
#define ICC_ABSENT	       2
#define COMMAND_FAILED	       0x40
#define COMMAND_TIME_EXTENSION 0x80

/* bError; 01 to 7F is the offset of the first wrong byte of the command */
#define CMD_NOT_SUPPORTED	   0x00
#define BAD_dwLength		   0x01
#define BAD_bSlot		   0x05
#define BAD_BYTE_7		   0x07
#define BAD_wLevelParameter	   0x08
#define BAD_abData(i)		   ((uint8_t)(CCID_HEADER + (i)))
#define HW_ERROR		   0xFB
#define PIN_TIMEOUT		   0xF0
#define PIN_CANCELLED		   0xEF
#define CMD_SLOT_BUSY		   0xE0
#define PROCEDURE_BYTE_CONFLICT	   0xF4
#define ICC_PROTOCOL_NOT_SUPPORTED 0xF6
#define BAD_ATR_TS		   0xF8
#define ICC_MUTE		   0xFE
#define CMD_ABORTED		   0xFF

#endif
