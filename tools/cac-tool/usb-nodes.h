/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers' device nodes: who may open them, and who has. */
#ifndef CAC_TOOL_USB_NODES_H
#define CAC_TOOL_USB_NODES_H

#include "reader/usb.h"

/* Call found() for each reader on the bus. */
err_t
usb_nodes_list(void (*found)(void *arg, const struct usb_reader_info *info),
    void *arg) MUST_CHECK;

/* "/dev/bus/usb/001/004" */
char *usb_nodes_path(const struct usb_reader_info *info);

/*
 * The programs that have a reader open, or are known to take one: "pcscd (pid
 * 77) has it open". NULL: none is seen; programs of other users are not.
 */
char *usb_nodes_owners(void);

/* Where the udev rule is, or that it is missing, and what to do. */
char *usb_nodes_rule(void);

#endif
