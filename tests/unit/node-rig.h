/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device node that is a file in a folder of our own: open() is wrapped by the
 * linker (-Wl,--wrap=open), so that it stands for /dev/bus/usb/003/017. And
 * child processes that do one thing, say so, and do another when told.
 */
#ifndef TESTS_NODE_RIG_H
#define TESTS_NODE_RIG_H

#include "reader/usb-node.h"
#include "tests/unit/unit.h"

#define NODE	 "/dev/bus/usb/003/017"
#define PATIENCE 20000 /* ms; only a failing test takes that long */

/* Interface 0 of the node, between set-up and tear-down. */
extern struct usb_node *node;

int node_set_up(void **state);
int node_tear_down(void **state);
struct usb_node *node_open(uint8_t interface);
void node_remove(void);

/* Lock without waiting. */
err_t node_try(struct usb_node *n);

/* Somebody else holds a byte of the file besides the first. */
bool node_somebody_waits(void);

struct child {
	pid_t pid;
	int from, to;
};

void child_start(struct child *c, void (*life)(int to, int from));
void child_listen(struct child *c);
int child_end(struct child *c);

/* From either side. */
void child_tell(int fd);
void child_hear(int fd);

#define NODE_TEST(sentence, function)                                          \
	TEST_WITH("usb-node: " sentence, function, node_set_up, node_tear_down)

#endif
