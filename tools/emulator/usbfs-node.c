/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/emulator/usbfs-node.h"

/* One page, the least a pipe can have: one byte in it makes it full. */
#define FIFO_SIZE 4096

bool
usbfs_node_make(struct usbfs_node *node, const char *path)
{
	if (mkfifo(path, 0600) != 0)
		return false;
	node->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (node->fd < 0)
		return false;
	node->ready = true;
	usbfs_node_set_ready(node, false);
	return fcntl(node->fd, F_SETPIPE_SZ, FIFO_SIZE) >= 0;
}

void
usbfs_node_set_ready(struct usbfs_node *node, bool ready)
{
	char byte = 0;
	ssize_t n;

	if (node->fd < 0 || node->ready == ready)
		return;
	if (ready)
		n = read(node->fd, &byte, 1);
	else
		n = write(node->fd, &byte, 1);
	if (n == 1)
		node->ready = ready;
}

void
usbfs_node_close(struct usbfs_node *node)
{
	if (node->fd < 0)
		return;
	/* Who still has it open shall sleep, not spin. */
	usbfs_node_set_ready(node, false);
	close(node->fd);
	node->fd = -1;
}
