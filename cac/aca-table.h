/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the Access Control Applet and GET PROPERTIES tell about the applets of
 * a card (GSC-IS 2.1, 5.3.3; the tags are those that cards answer). Pure.
 */
#ifndef CAC_ACA_TABLE_H
#define CAC_ACA_TABLE_H

#include "cac/cac-io.h"

#define ACA_ENTRIES_MAX 32

struct aca_services {
	uint8_t aids[ACA_ENTRIES_MAX][GSCIS_AID_LENGTH];
	size_t count;
};

/*
 * The PKI applets of the service table, in its order: A0 00 00 00 79 00 XX
 * and 01 XX.
 *
 * CARD_ERR_DATA     the table does not hold as many entries as it says
 * CARD_ERR_TOO_BIG  more than ACA_ENTRIES_MAX PKI applets
 */
err_t aca_services_parse(struct bytes in, struct aca_services *out) MUST_CHECK;

struct aca_objects {
	struct {
		uint8_t id[GSCIS_OBJECT_LENGTH];
		bool used; /* it has a key */
	} list[ACA_ENTRIES_MAX];
	size_t count;
};

/* The PKI objects in an applet's properties. Errors as above. */
err_t aca_objects_parse(struct bytes in, struct aca_objects *out) MUST_CHECK;

#endif
