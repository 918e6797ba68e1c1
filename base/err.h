/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors: 0, or a value of the enum of the layer that found the fault. The
 * blocks do not overlap, so a layer that cannot add meaning passes a value up
 * unchanged and the trace can name any of them.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

typedef int err_t;

#define ERR_LAYER(layer, n) ((layer) << 8 | (n))

#define MUST_CHECK __attribute__((warn_unused_result))

enum base_err {
	ERR_MEMORY = ERR_LAYER(1, 1),  /* out of memory */
	ERR_SYSTEM = ERR_LAYER(1, 2),  /* the operating system refused */
	ERR_TIMEOUT = ERR_LAYER(1, 3), /* the caller's deadline has passed */
};

/* What each layer calls its errors; the last entry has err 0. */
struct err_name {
	err_t err;
	const char *name; /* as in the header, without prefix: "MUTE" */
	const char *text; /* cause and next step, for people */
};

#define ERR_LAYERS 8

/*
 * Make a layer's names known to err_name() and err_text(). Called while the
 * module is loaded; the table must live for ever.
 */
void err_register(unsigned layer, const struct err_name *names);

/* Never NULL. */
const char *err_name(err_t err);
const char *err_text(err_t err);

#endif
