/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/constant-time.h"

/* One bit of the distance after the other; every byte is written each time. */
void
ct_shift(uint8_t *p, size_t n, size_t by)
{
	for (size_t step = 1; step <= n; step <<= 1) {
		size_t stay = ct_is_zero(by & step);

		for (size_t i = 0; i < n; i++) {
			size_t far = step < n - i ? p[i + step] : 0;

			p[i] = (uint8_t)ct_select(stay, p[i], far);
		}
	}
}

void
ct_keep(uint8_t *p, size_t n, size_t mask)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(p[i] & mask);
}

size_t
ct_same(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t differ = 0;

	for (size_t i = 0; i < n; i++)
		differ |= (size_t)(a[i] ^ b[i]);
	return ct_is_zero(differ);
}
