/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fork() in a host with threads. libusb keeps static locks, which a child
 * would inherit locked; and open files of the device, through which claim and
 * lock would outlive their process in a child that does not exec.
 */
#ifndef READER_USB_FORK_H
#define READER_USB_FORK_H

#include <stdbool.h>

/*
 * Around each call that takes libusb's static locks: init, exit, the device
 * list, open and close. fork() waits for its end. Not recursive.
 */
void usb_fork_guard(void);
void usb_fork_unguard(void);

/*
 * Close this descriptor in children. Called under the guard, and forgotten
 * before it is closed here. -1 is ignored.
 */
void usb_fork_note(int fd);
bool usb_fork_noted(int fd);
void usb_fork_forget(int fd);

#endif
