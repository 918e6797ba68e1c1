/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/emulator/usbip-session.h"
#include "tools/emulator/usbip-wire.h"

/* libccid asks for a longest extended APDU and its header: 65556 bytes. */
#define TRANSFER_MAX (2 * 65536)
#define OUT_MAX	     (1024 * 1024)
#define PENDING_MAX  256

/* A submitted transfer to the host that waits for data. */
struct pending {
	struct pending *next;
	struct usbip_submit submit;
	struct in_transfer in;
	uint8_t bytes[];
};

struct usbip_session {
	int fd;
	struct usbip_export *export;
	bool closing; /* once all is sent */
	uint8_t in[USBIP_HEADER + TRANSFER_MAX];
	size_t in_n;
	uint8_t *out;
	size_t out_n, out_room;
	struct pending *pending;
	unsigned pending_n;
};

struct usbip_session *
usbip_session_new(int take_fd, struct usbip_export *e)
{
	struct usbip_session *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		close(take_fd);
		return NULL;
	}
	s->fd = take_fd;
	s->export = e;
	return s;
}

static void
drop_pending(struct usbip_session *s, struct pending **at)
{
	struct pending *p = *at;

	*at = p->next;
	free(p);
	s->pending_n--;
}

void
usbip_session_free(struct usbip_session **session)
{
	struct usbip_session *s = *session;

	if (s == NULL)
		return;
	while (s->pending != NULL)
		drop_pending(s, &s->pending);
	if (s->export->importer == s)
		s->export->importer = NULL;
	close(s->fd);
	free(s->out);
	free(s);
	*session = NULL;
}

int
usbip_session_fd(const struct usbip_session *session)
{
	return session->fd;
}

bool
usbip_session_wants_write(const struct usbip_session *session)
{
	return session->out_n > 0;
}

static bool
put(struct usbip_session *s, const uint8_t *p, size_t n)
{
	size_t want = s->out_n + n;

	if (want > OUT_MAX)
		return false;
	if (want > s->out_room) {
		uint8_t *more = realloc(s->out, want * 2);

		if (more == NULL)
			return false;
		s->out = more;
		s->out_room = want * 2;
	}
	if (n > 0)
		memcpy(s->out + s->out_n, p, n);
	s->out_n = want;
	return true;
}

bool
usbip_session_write(struct usbip_session *s)
{
	while (s->out_n > 0) {
		ssize_t n = send(s->fd, s->out, s->out_n, MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		s->out_n -= (size_t)n;
		memmove(s->out, s->out + n, s->out_n);
	}
	return !s->closing;
}

static bool
ret_submit(struct usbip_session *s, const struct usbip_submit *c, int status,
    const uint8_t *data, size_t actual)
{
	uint8_t h[USBIP_HEADER];
	bool in = c->direction == USBIP_DIR_IN;

	if (in && status == 0 && actual < c->length &&
	    (c->flags & USBIP_SHORT_NOT_OK))
		status = -EREMOTEIO;
	usbip_put_ret(h, USBIP_RET_SUBMIT, c->seqnum, status, actual);
	return put(s, h, sizeof(h)) && (!in || put(s, data, actual));
}

static bool
submit_control(struct usbip_session *s, const struct usbip_submit *c)
{
	uint8_t data[MODEL_LIST_MAX] = {0};
	size_t actual;
	enum transfer result;
	size_t length = (size_t)(c->setup[6] | c->setup[7] << 8);
	bool in = c->setup[0] & USB_DIR_IN;

	/* Direction and length are said twice; they must agree. */
	if (length != c->length ||
	    (length > 0 && in != (c->direction == USBIP_DIR_IN)))
		return false;
	if (in && length == 0)
		return ret_submit(s, c, -EPIPE, data, 0);
	result = device_control(s->export->device, c->setup, data, &actual);
	return ret_submit(s, c, device_status(result), data, actual);
}

static bool
submit_out(
    struct usbip_session *s, const struct usbip_submit *c, const uint8_t *p)
{
	size_t actual;
	enum transfer result = device_bulk_out(
	    s->export->device, (uint8_t)c->endpoint, p, c->length, &actual);

	return ret_submit(s, c, device_status(result), NULL, actual);
}

static bool
submit_in(struct usbip_session *s, const struct usbip_submit *c)
{
	struct pending **end = &s->pending;
	struct pending *p;

	if (s->pending_n == PENDING_MAX)
		return false;
	p = calloc(1, sizeof(*p) + c->length);
	if (p == NULL)
		return false;
	p->submit = *c;
	p->in.buf = p->bytes;
	p->in.room = c->length;
	while (*end != NULL)
		end = &(*end)->next;
	*end = p;
	s->pending_n++;
	return true;
}

static bool
is_valid(const struct usbip_submit *c)
{
	return c->seqnum != 0 && c->devid == USBIP_DEVID &&
	    c->direction <= USBIP_DIR_IN && c->endpoint <= 15 &&
	    c->length <= TRANSFER_MAX &&
	    (c->packets == 0 || c->packets == USBIP_NOT_ISO);
}

/* The length of the PDU, 0 when more must come first, -1 when it is wrong. */
static ssize_t
submit(struct usbip_session *s)
{
	struct usbip_submit c;
	size_t n = USBIP_HEADER;
	bool ok;

	usbip_get_submit(s->in, &c);
	if (!is_valid(&c))
		return -1;
	if (c.direction != USBIP_DIR_IN)
		n += c.length;
	if (s->in_n < n)
		return 0;
	if (c.endpoint == 0)
		ok = submit_control(s, &c);
	else if (c.direction == USBIP_DIR_IN)
		ok = submit_in(s, &c);
	else
		ok = submit_out(s, &c, s->in + USBIP_HEADER);
	return ok ? (ssize_t)n : -1;
}

static ssize_t
unlink_urb(struct usbip_session *s)
{
	uint32_t seqnum = usbip_get32(s->in + 4);
	uint32_t victim = usbip_get32(s->in + 20);
	struct pending **at = &s->pending;
	uint8_t h[USBIP_HEADER];
	int status = 0;

	if (seqnum == 0 || usbip_get32(s->in + 8) != USBIP_DEVID)
		return -1;
	while (*at != NULL && (*at)->submit.seqnum != victim)
		at = &(*at)->next;
	if (*at != NULL) {
		drop_pending(s, at);
		status = -ECONNRESET;
	}
	usbip_put_ret(h, USBIP_RET_UNLINK, seqnum, status, 0);
	return put(s, h, sizeof(h)) ? USBIP_HEADER : -1;
}

static ssize_t
do_devlist(struct usbip_session *s)
{
	unsigned long back_ms;
	bool gone = device_is_unplugged(s->export->device, &back_ms);
	const uint8_t count[4] = {0, 0, 0, gone ? 0 : 1};
	const uint8_t interface[OP_INTERFACE] = {
	    device_model(s->export->device)->interface_class, 0, 0, 0};
	uint8_t h[OP_HEADER], record[OP_DEVICE];
	bool ok;

	usbip_put_op(h, OP_REP_DEVLIST, OP_OK);
	usbip_put_device(record, device_model(s->export->device));
	ok = put(s, h, sizeof(h)) && put(s, count, sizeof(count));
	if (!gone)
		ok = ok && put(s, record, sizeof(record)) &&
		    put(s, interface, sizeof(interface));
	s->closing = true;
	return ok ? OP_HEADER : -1;
}

static ssize_t
do_import(struct usbip_session *s)
{
	const char *busid = (const char *)s->in + OP_HEADER;
	enum op_status status = OP_OK;
	uint8_t h[OP_HEADER], record[OP_DEVICE];
	unsigned long back_ms;

	if (s->in_n < OP_HEADER + OP_BUSID)
		return 0;
	if (strncmp(busid, USBIP_BUSID, OP_BUSID) != 0 ||
	    device_is_unplugged(s->export->device, &back_ms))
		status = OP_NO_DEVICE;
	else if (s->export->importer != NULL)
		status = OP_BUSY;
	usbip_put_op(h, OP_REP_IMPORT, status);
	if (!put(s, h, sizeof(h)))
		return -1;
	if (status != OP_OK) {
		s->closing = true;
		return OP_HEADER + OP_BUSID;
	}
	s->export->importer = s;
	device_plug(s->export->device);
	usbip_put_device(record, device_model(s->export->device));
	return put(s, record, sizeof(record)) ? OP_HEADER + OP_BUSID : -1;
}

static ssize_t
operation(struct usbip_session *s)
{
	if (usbip_get16(s->in) != USBIP_VERSION || usbip_get32(s->in + 4) != 0)
		return -1;
	switch (usbip_get16(s->in + 2)) {
	case OP_REQ_DEVLIST:
		return do_devlist(s);
	case OP_REQ_IMPORT:
		return do_import(s);
	default:
		return -1;
	}
}

static ssize_t
handle_one(struct usbip_session *s)
{
	bool imported = s->export->importer == s;

	if (s->closing || s->in_n < (imported ? USBIP_HEADER : OP_HEADER))
		return 0;
	if (!imported)
		return operation(s);
	switch (usbip_get32(s->in)) {
	case USBIP_CMD_SUBMIT:
		return submit(s);
	case USBIP_CMD_UNLINK:
		return unlink_urb(s);
	default:
		return -1;
	}
}

bool
usbip_session_pump(struct usbip_session *s)
{
	struct pending **at = &s->pending;
	uint32_t blocked = 0; /* endpoints on which an older one waits */
	unsigned long back_ms;

	while (*at != NULL) {
		struct pending *p = *at;
		uint32_t bit = 1U << p->submit.endpoint;
		enum transfer result = TRANSFER_PENDING;

		if (!(blocked & bit))
			result = device_in(s->export->device,
			    (uint8_t)(USB_DIR_IN | p->submit.endpoint), &p->in);
		if (result == TRANSFER_PENDING) {
			blocked |= bit;
			at = &p->next;
			continue;
		}
		if (!ret_submit(s, &p->submit, device_status(result), p->bytes,
			p->in.actual))
			return false;
		drop_pending(s, at);
	}
	return !device_is_unplugged(s->export->device, &back_ms);
}

bool
usbip_session_read(struct usbip_session *s)
{
	ssize_t used,
	    n = recv(s->fd, s->in + s->in_n, sizeof(s->in) - s->in_n, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	s->in_n += (size_t)n;
	while ((used = handle_one(s)) > 0) {
		s->in_n -= (size_t)used;
		memmove(s->in, s->in + used, s->in_n);
		if (s->export->importer == s && !usbip_session_pump(s))
			return false;
	}
	return used == 0 && usbip_session_write(s);
}
