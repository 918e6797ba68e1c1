/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "cac/card-name.h"

void
card_name_container(size_t index, struct card_container *out)
{
	static const char *const names[] = {
	    "CAC ID Certificate",
	    "CAC Email Signature Certificate",
	    "CAC Email Encryption Certificate",
	};
	size_t n = index + 1;

	if (index < sizeof(names) / sizeof(names[0]))
		(void)snprintf(
		    out->label, sizeof(out->label), "%s", names[index]);
	else
		(void)snprintf(
		    out->label, sizeof(out->label), "CAC Cert %zu", n);
	out->id[0] = (uint8_t)(n >> 8);
	out->id[1] = (uint8_t)n;
	out->id_len = 2;
}

void
card_name_containers(struct card_info *info, size_t count)
{
	for (size_t i = 0; i < count; i++)
		card_name_container(i, &info->containers[info->count++]);
}

void
card_name_serial(struct card_info *info, struct bytes id)
{
	size_t room = sizeof(info->serial);

	for (size_t i = 0; i < id.n && 2 * i + 2 < room; i++)
		(void)snprintf(info->serial + 2 * i, 3, "%02x", id.p[i]);
}

/* FNV-1a, 64 bits: no secret, no adversary, only the same again. */
void
card_name_checksum(struct card_info *info, struct bytes content)
{
	uint64_t sum = 0xCBF29CE484222325;

	for (size_t i = 0; i < content.n; i++)
		sum = (sum ^ content.p[i]) * 0x100000001B3;
	(void)snprintf(info->serial, sizeof(info->serial), "%016" PRIx64, sum);
}
