/* SPDX-License-Identifier: BSD-2-Clause */
/* The device under the real libusb of a command's process tree. */
#ifndef EMULATOR_FRONT_UMOCKDEV_H
#define EMULATOR_FRONT_UMOCKDEV_H

#include "tools/emulator/options.h"

/*
 * Run argv until it ends, with the readers of the options. Returns its exit
 * status as a shell would say it, or EXIT_EMULATOR after a line on stderr.
 */
int front_umockdev_run(const struct options *options, char **argv);

#endif
