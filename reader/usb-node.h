/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device node as a meeting place of processes: a lock that the kernel
 * drops when its holder dies, whoever the users are and in whatever containers
 * they see the node; and the answer to who else has it open.
 */
#ifndef READER_USB_NODE_H
#define READER_USB_NODE_H

#include "base/deadline.h"
#include "reader/reader-error.h"

struct usb_node;

/*
 * Node /dev/bus/usb/BUS/ADDRESS. Where it cannot be opened or locked the claim
 * of the interface is the only lock left. ERR_MEMORY.
 */
err_t usb_node_open(uint8_t bus, uint8_t address, uint8_t interface,
    struct usb_node **out) MUST_CHECK;
void usb_node_close(struct usb_node **node);

/*
 * Wait for the other copies of this module, next come next served. ERR_TIMEOUT
 * when the deadline has passed; one try is made even then.
 */
err_t usb_node_lock(struct usb_node *node, struct deadline until) MUST_CHECK;
void usb_node_unlock(struct usb_node *node);

/* Whether another copy of this module waits. */
bool usb_node_wanted(const struct usb_node *node);

/*
 * When the node was last written to: the kernel counts every transfer as that.
 * 0 where it cannot be told.
 */
uint64_t usb_node_last_use(const struct usb_node *node);

/* Write to the trace which processes have the node open, as far as we see. */
void usb_node_trace_owner(const struct usb_node *node);

#endif
