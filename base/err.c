/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "base/err.h"

static const struct err_name base_names[] = {
    {ERR_MEMORY, "MEMORY", "out of memory"},
    {ERR_SYSTEM, "SYSTEM", "the operating system refused a request"},
    {ERR_TIMEOUT, "TIMEOUT", "no answer in time"},
    {0, NULL, NULL},
};

static const struct err_name *layers[ERR_LAYERS] = {
    [1] = base_names,
};

void
err_register(unsigned layer, const struct err_name *names)
{
	if (layer < ERR_LAYERS)
		layers[layer] = names;
}

static const struct err_name *
find(err_t err)
{
	static const struct err_name ok = {0, "OK", "no error"};
	static const struct err_name unknown = {-1, "UNKNOWN", "unknown error"};
	unsigned layer = (unsigned)err >> 8;

	if (err == 0)
		return &ok;
	if (layer >= ERR_LAYERS || layers[layer] == NULL)
		return &unknown;
	for (const struct err_name *n = layers[layer]; n->err != 0; n++) {
		if (n->err == err)
			return n;
	}
	return &unknown;
}

const char *
err_name(err_t err)
{
	return find(err)->name;
}

const char *
err_text(err_t err)
{
	return find(err)->text;
}
