/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "reader/reader-error.h"

static const struct err_name usb_names[] = {
    {USB_ERR_GONE, "USB_GONE", "the reader was unplugged"},
    {USB_ERR_TIMEOUT, "USB_TIMEOUT", "the reader did not answer in time"},
    {USB_ERR_STALL, "USB_STALL", "the reader halted an endpoint"},
    {USB_ERR_OVERFLOW, "USB_OVERFLOW", "the reader sent too many bytes"},
    {USB_ERR_IO, "USB_IO", "USB transfer failed: check cable and port"},
    {USB_ERR_BUSY, "USB_BUSY",
	"another program holds the reader: stop it (often pcscd: "
	"systemctl stop pcscd.socket pcscd)"},
    {USB_ERR_ACCESS, "USB_ACCESS",
	"no permission to open the reader: a udev rule must give the "
	"user access to it"},
    {USB_ERR_UNSENT, "USB_UNSENT", "the reader did not take the command"},
    {USB_ERR_DESCRIPTOR, "USB_DESCRIPTOR",
	"the reader's CCID descriptor is not usable"},
    {0, NULL, NULL},
};

static const struct err_name ccid_names[] = {
    {CCID_ERR_NO_CARD, "NO_CARD", "no card in the reader: insert it"},
    {CCID_ERR_SYNC, "SYNC", "the reader's answer fits no command"},
    {CCID_ERR_MUTE, "ICC_MUTE",
	"the card does not answer: check that it is inserted chip first, "
	"and clean its contacts"},
    {CCID_ERR_PARITY, "XFR_PARITY_ERROR",
	"bit errors between reader and card: clean its contacts"},
    {CCID_ERR_OVERRUN, "XFR_OVERRUN", "the reader lost characters"},
    {CCID_ERR_HARDWARE, "HW_ERROR",
	"the reader reports a hardware fault, such as a short circuit"},
    {CCID_ERR_BAD_ATR, "BAD_ATR", "the card's answer to reset is damaged"},
    {CCID_ERR_PROTOCOL, "ICC_PROTOCOL_NOT_SUPPORTED",
	"the reader reports a protocol error between it and the card"},
    {CCID_ERR_CLASS, "ICC_CLASS_NOT_SUPPORTED",
	"the card needs a voltage that the reader does not offer"},
    {CCID_ERR_PROCEDURE, "PROCEDURE_BYTE_CONFLICT",
	"the card sent an unexpected procedure byte"},
    {CCID_ERR_DEACTIVATED, "DEACTIVATED_PROTOCOL",
	"the reader works in another protocol"},
    {CCID_ERR_AUTO_BUSY, "BUSY_WITH_AUTO_SEQUENCE",
	"the reader is still activating the card"},
    {CCID_ERR_SLOT_BUSY, "CMD_SLOT_BUSY",
	"the reader still works on an earlier command"},
    {CCID_ERR_UNSUPPORTED, "CMD_NOT_SUPPORTED",
	"the reader does not know a command"},
    {CCID_ERR_REFUSED, "FIELD_REFUSED",
	"the reader refused a field of a command"},
    {CCID_ERR_VENDOR, "VENDOR_ERROR", "the reader reports its own error"},
    {CCID_ERR_ABORTED, "CMD_ABORTED", "the command was aborted"},
    {CCID_ERR_INACTIVE, "INACTIVE", "the reader cut the card's power"},
    {CCID_ERR_PIN_TIMEOUT, "PIN_TIMEOUT",
	"no PIN was typed on the reader's pad in time"},
    {CCID_ERR_PIN_CANCELLED, "PIN_CANCELLED",
	"PIN entry was cancelled on the reader's pad"},
    {0, NULL, NULL},
};

static const struct err_name reader_names[] = {
    {READER_ERR_ATR, "ATR", "the answer to reset cannot be read"},
    {READER_ERR_NO_PROTOCOL, "NO_PROTOCOL",
	"card and reader have no protocol in common"},
    {READER_ERR_TPDU, "TPDU", "the card's answer breaks the T=0 rules"},
    {READER_ERR_CHAIN, "CHAIN", "GET RESPONSE leads nowhere"},
    {READER_ERR_TOO_LONG, "TOO_LONG", "the card's answer is too long"},
    {READER_ERR_RESET, "RESET", "the card was reset to recover"},
    {READER_ERR_CHANGED, "CHANGED", "another card was inserted"},
    {READER_ERR_COMMAND, "COMMAND", "not a short command APDU"},
    {READER_ERR_BLOCK, "BLOCK", "the card's answer breaks the T=1 rules"},
    {0, NULL, NULL},
};

void
reader_error_register(void)
{
	err_register(2, usb_names);
	err_register(3, ccid_names);
	err_register(4, reader_names);
}
