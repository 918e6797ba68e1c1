/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hand does to the reader while a command runs. */
#include "tools/emulator/usbfs-state.h"

bool
usbfs_pull(struct usbfs *usbfs)
{
	bool present;

	pthread_mutex_lock(&usbfs->lock);
	present = usbfs->present;
	if (present) {
		device_unplug(usbfs->device);
		usbfs_go_stale(usbfs);
	}
	pthread_mutex_unlock(&usbfs->lock);
	return present;
}

/* A notice of the slot may be waited for. */
static void
pump(struct usbfs *usbfs)
{
	if (usbfs->present && usbfs->context != NULL)
		usbfs_pump(usbfs);
}

bool
usbfs_hand(struct usbfs *usbfs, const struct hand *hand)
{
	bool ok;

	pthread_mutex_lock(&usbfs->lock);
	ok = device_hand(usbfs->device, hand);
	pump(usbfs);
	pthread_mutex_unlock(&usbfs->lock);
	return ok;
}
