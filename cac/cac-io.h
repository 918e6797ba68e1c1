/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conversation with one card: what is selected on it, and what it
 * has been found to accept. All functions are called between reader_begin()
 * and reader_end().
 */
#ifndef CAC_CAC_IO_H
#define CAC_CAC_IO_H

#include "cac/gscis-spec.h"
#include "reader/reader.h"

/* A container: an applet, and an object in it if it must be selected. */
struct cac_path {
	uint8_t aid[GSCIS_AID_LENGTH];
	uint8_t object[GSCIS_OBJECT_LENGTH];
	bool has_object;
};

enum cac_selection {
	CAC_SELECTED_NONE,
	CAC_SELECTED_APPLET,
	CAC_SELECTED_ALL, /* an object in the applet, too */
	CAC_SELECTED_PIV  /* the PIV application */
};

/* After so many resets of the card an object is given up. */
#define CAC_RESTARTS_MAX 16

struct cac_io {
	struct reader *r;
	struct deadline until; /* of the call that is being served */
	uint16_t sw;	       /* the last command's status word */

	/* The card's habits. */
	uint8_t select_p2;
	uint8_t cla;	 /* of READ BUFFER */
	unsigned chunk;	 /* most bytes to ask for in one READ BUFFER */
	unsigned proven; /* most bytes that one READ BUFFER has given */

	bool found;	/* an applet was selected once */
	bool senseless; /* it says 9000 to anything */
	bool no_applet; /* the first PKI applet is not there */
	bool unusual;	/* an unusual status word was taken for a no */

	/* Of selected; true as long as the reader's epoch is this one. */
	enum cac_selection selection;
	struct cac_path selected;
	unsigned epoch;
};

/* No I/O. */
void cac_io_init(struct cac_io *io);

/* Whether a status word says that the card has no such thing or command. */
bool cac_not_here(uint16_t sw);

/*
 * One command. rsp may be NULL when cmd->ne is 0; the status word is in
 * io->sw. Errors as reader_exchange(); in particular READER_ERR_RESET also
 * when the card's state was lost without the reader saying so here.
 * On any error rsp is as it was and nothing is selected.
 */
err_t cac_exchange(
    struct cac_io *io, const struct apdu_cmd *cmd, struct buf *rsp) MUST_CHECK;

/*
 * Select the applet, and the object in it (GSC-IS 2.1, 5.3.3);
 * nothing is sent for what is still selected.
 *
 * CARD_ERR_NOT_FOUND: 6A82 or 6A88 to the applet. CARD_ERR_STATUS: any other
 * status word, and any to the object.
 * After both io->selection tells whether the applet at least is selected.
 * Others as cac_exchange().
 */
err_t cac_select(struct cac_io *io, const struct cac_path *path) MUST_CHECK;

/*
 * The same, for applets that nothing on the card has named: after resets
 * again, and CARD_ERR_NOT_FOUND for any refusal. One with an unusual status
 * word must come twice from a card that has shown to be ours.
 */
err_t cac_try_select(struct cac_io *io, const struct cac_path *path) MUST_CHECK;

#endif
