/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of the layers below the card: USB, CCID, and the card's line. */
#ifndef READER_READER_ERROR_H
#define READER_READER_ERROR_H

#include "base/err.h"

enum usb_err {
	USB_ERR_GONE = ERR_LAYER(2, 1),	      /* unplugged; the pipe is dead */
	USB_ERR_TIMEOUT = ERR_LAYER(2, 2),    /* nothing came in time */
	USB_ERR_STALL = ERR_LAYER(2, 3),      /* endpoint halted */
	USB_ERR_OVERFLOW = ERR_LAYER(2, 4),   /* more bytes than asked for */
	USB_ERR_IO = ERR_LAYER(2, 5),	      /* bus error */
	USB_ERR_BUSY = ERR_LAYER(2, 6),	      /* claimed by another program */
	USB_ERR_ACCESS = ERR_LAYER(2, 7),     /* no permission */
	USB_ERR_UNSENT = ERR_LAYER(2, 8),     /* the command did not leave */
	USB_ERR_DESCRIPTOR = ERR_LAYER(2, 9), /* no usable CCID descriptor */
};

enum ccid_err {
	CCID_ERR_NO_CARD = ERR_LAYER(3, 1),
	CCID_ERR_SYNC = ERR_LAYER(3, 2), /* an answer that fits nothing */
	CCID_ERR_MUTE = ERR_LAYER(3, 3),
	CCID_ERR_PARITY = ERR_LAYER(3, 4),
	CCID_ERR_OVERRUN = ERR_LAYER(3, 5),
	CCID_ERR_HARDWARE = ERR_LAYER(3, 6),
	CCID_ERR_BAD_ATR = ERR_LAYER(3, 7),
	CCID_ERR_PROTOCOL = ERR_LAYER(3, 8), /* F6 */
	CCID_ERR_CLASS = ERR_LAYER(3, 9),
	CCID_ERR_PROCEDURE = ERR_LAYER(3, 10),
	CCID_ERR_DEACTIVATED = ERR_LAYER(3, 11),
	CCID_ERR_AUTO_BUSY = ERR_LAYER(3, 12),
	CCID_ERR_SLOT_BUSY = ERR_LAYER(3, 13),
	CCID_ERR_UNSUPPORTED = ERR_LAYER(3, 14),
	CCID_ERR_REFUSED = ERR_LAYER(3, 15), /* a field of the command */
	CCID_ERR_VENDOR = ERR_LAYER(3, 16),
	CCID_ERR_ABORTED = ERR_LAYER(3, 17),
	CCID_ERR_INACTIVE = ERR_LAYER(3, 18), /* reader has cut the power */
	CCID_ERR_PIN_TIMEOUT = ERR_LAYER(3, 19),
	CCID_ERR_PIN_CANCELLED = ERR_LAYER(3, 20),
};

enum reader_err {
	READER_ERR_ATR = ERR_LAYER(4, 1),	  /* not an ATR */
	READER_ERR_NO_PROTOCOL = ERR_LAYER(4, 2), /* none in common */
	READER_ERR_TPDU = ERR_LAYER(4, 3),	  /* answer breaks T=0 rules */
	READER_ERR_CHAIN = ERR_LAYER(4, 4),	  /* 61XX without end */
	READER_ERR_TOO_LONG = ERR_LAYER(4, 5),	  /* answer over the cap */
	READER_ERR_RESET = ERR_LAYER(4, 6),	  /* recovered, state lost */
	READER_ERR_CHANGED = ERR_LAYER(4, 7),	  /* another card than before */
	READER_ERR_COMMAND = ERR_LAYER(4, 8),	  /* not a short APDU */
	READER_ERR_BLOCK = ERR_LAYER(4, 9),	  /* answer breaks T=1 rules */
};

/* Make the names known to err_name() and err_text(). */
void reader_error_register(void);

#endif
