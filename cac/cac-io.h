/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conversation with one card: what is selected on it, and what it
 * has been found to accept. All functions are called between reader_begin()
 * and reader_end().
 */
#ifndef CAC_CAC_IO_H
#define CAC_CAC_IO_H

#include "cac/cert-inflate.h"
#include "cac/gscis-spec.h"
#include "reader/reader.h"

/* A container: an applet, and an object in it if it must be selected. */
struct cac_path {
	uint8_t aid[GSCIS_AID_LENGTH];
	uint8_t object[GSCIS_OBJECT_LENGTH];
	bool has_object;
	bool lone; /* the applet has no other object, and is named like it */
};

/* Whether they name the same. Pure. */
bool cac_path_equal(const struct cac_path *a, const struct cac_path *b);

enum cac_selection {
	CAC_SELECTED_NONE,
	CAC_SELECTED_APPLET,
	CAC_SELECTED_ALL, /* an object in the applet, too */
	CAC_SELECTED_PIV  /* the PIV application */
};

/* So many certificates of PIV are often in the CAC applets as well. */
#define CAC_TWINS 4

/* After so many resets of the card an object is given up. */
#define CAC_RESTARTS_MAX 16

struct cac_io {
	struct reader *r;
	struct deadline until; /* of the call that is being served */
	uint16_t sw;	       /* the last command's status word */

	/* The card's habits. */
	uint8_t select_p2;
	bool p2_proven;	 /* it was taken once */
	uint8_t cla;	 /* of READ BUFFER */
	unsigned chunk;	 /* most bytes to ask for in one READ BUFFER */
	unsigned proven; /* most bytes that one READ BUFFER has given */
	uint8_t key_cla; /* of PRIVATE SIGN/DECRYPT */
	uint8_t pin_cla; /* of VERIFY in a CAC applet */
	unsigned part;	 /* most bytes to give in one PRIVATE SIGN/DECRYPT */

	bool objects;	   /* even an applet's only object must be selected */
	bool found;	   /* an applet was selected once */
	bool cache;	   /* certificates may be kept on disk */
	struct bytes name; /* and under this, once it is known */
	enum { CAC_END_UNKNOWN, CAC_END_KEPT, CAC_END_PASSED } end;
	uint8_t aca[GSCIS_AID_LENGTH]; /* as the CCC names it */
	bool has_aca;
	bool says_no;	/* it has refused an applet as most cards do */
	bool senseless; /* it says 9000 to anything */
	bool no_applet; /* the first PKI applet is not there */
	bool unusual;	/* an unusual status word was taken for a no */
	bool no_parts;	/* a chain must be fetched to its end */

	bool left; /* the end of a chain is still in the card */

	uint32_t piv_object; /* one that PIV has; 0: not known */
	/* PIV's first certificates as they are stored there, once read whole */
	struct buf twins[CAC_TWINS];
	enum cert_packing packing; /* of the CAC applets' last */

	/* Of selected; true as long as the reader's epoch is this one. */
	enum cac_selection selection;
	struct cac_path selected;
	unsigned epoch;
	unsigned memory; /* as the epoch, by reader_memory() */

	/* What was sent, to see what has come between. */
	unsigned commands;
	unsigned selects;
};

/* No I/O. */
void cac_io_init(struct cac_io *io);
void cac_io_clear(struct cac_io *io);
bool cac_io_has_twins(const struct cac_io *io);

/*
 * In a new transaction: what was selected in the last one still is, when the
 * reader was ours all the time. For commands that another applet would refuse,
 * or for which a SELECT costs the login.
 */
void cac_io_resume(struct cac_io *io);

/* Before a SELECT: nothing is selected, and the reader's state is noted. */
void cac_io_selecting(struct cac_io *io);

/* Whether a status word says that the card has no such thing or command. */
bool cac_not_here(uint16_t sw);

/*
 * What the answer to the use of a key says: 0, CARD_ERR_NOT_VERIFIED,
 * CARD_ERR_INPUT, CARD_ERR_NO_KEY or CARD_ERR_STATUS. The applet that has no
 * such key answers as one does that was selected by mistake.
 */
err_t cac_judge_use(uint16_t sw);

/*
 * One command. rsp may be NULL when cmd->ne is 0; the status word is in
 * io->sw. Errors as reader_exchange(); in particular READER_ERR_RESET also
 * when the card's state was lost without the reader saying so here.
 * On any error rsp is as it was and nothing is selected.
 *
 * When the command before was partial and left something, a card may refuse
 * this one in the middle of its chain: then the chain is fetched to its end,
 * this command sent again unless it is partial, too, and io->no_parts says
 * never to leave anything again.
 */
err_t cac_exchange(
    struct cac_io *io, const struct apdu_cmd *cmd, struct buf *rsp) MUST_CHECK;

/*
 * GET DATA of PIV (SP 800-73-4, part 2, 3.1.2): the object with this tag, of
 * one byte or three; below APDU_NE_ALL ne is all that is fetched. Errors as
 * cac_exchange().
 */
err_t cac_get_data(
    struct cac_io *io, uint32_t tag, unsigned ne, struct buf *rsp) MUST_CHECK;

/*
 * Before a command that must not be sent twice: end a chain that was left in
 * the card, by a read that does no harm. Errors as cac_exchange().
 */
err_t cac_io_settle(struct cac_io *io) MUST_CHECK;

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

/* The applet alone, whatever is selected in it. Errors as above. */
err_t
cac_select_applet(struct cac_io *io, const struct cac_path *path) MUST_CHECK;

/*
 * As cac_select(), for applets that nothing on the card has named: after resets
 * again, and CARD_ERR_NOT_FOUND for any refusal. One with an unusual status
 * word must come twice from a card that has shown to be ours.
 */
err_t cac_try_select(struct cac_io *io, const struct cac_path *path) MUST_CHECK;

#endif
