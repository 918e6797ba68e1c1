/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/cac-tool/json.h"
#include "tools/cac-tool/list.h"
#include "tools/cac-tool/tool.h"

static void
put_problem(struct json *j, err_t err, const char *text)
{
	if (err == 0) {
		json_null(j, "problem");
		return;
	}
	json_open(j, "problem", '{');
	json_text(j, "code", err_name(err));
	json_text(j, "text", text);
	json_close(j, '}');
}

/* RFC 3339, or null. */
static void
put_time(struct json *j, const char *key, bool dated, time_t when)
{
	char text[32];
	struct tm tm;

	if (dated && gmtime_r(&when, &tm) != NULL &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		json_text(j, key, text);
	else
		json_null(j, key);
}

static void
put_usages(struct json *j, const struct certificate *c)
{
	const char *purposes[CERTIFICATE_PURPOSES_MAX];
	size_t n = certificate_purposes(c, purposes);

	json_open(j, "purposes", '[');
	for (size_t i = 0; i < n; i++)
		json_text(j, NULL, purposes[i]);
	json_close(j, ']');
	json_open(j, "keyUsage", '[');
	for (size_t i = 0; i < CERTIFICATE_USAGES; i++) {
		if (c->usage & 1U << i)
			json_text(j, NULL, certificate_usages[i]);
	}
	json_close(j, ']');
	json_open(j, "extendedKeyUsage", '[');
	for (size_t i = 0; i < c->eku_count; i++)
		json_text(j, NULL, c->eku[i]);
	json_close(j, ']');
}

static void
put_validity(struct json *j, const struct certificate *c, time_t now)
{
	put_time(j, "notBefore", c->dated, c->not_before);
	put_time(j, "notAfter", c->dated, c->not_after);
	if (!c->dated) {
		json_null(j, "expired");
		json_null(j, "daysLeft");
		return;
	}
	json_bool(j, "expired", certificate_days_left(c, now) < 0);
	json_number(j, "daysLeft", certificate_days_left(c, now));
}

static void
put_place(struct json *j, const struct survey_object *o)
{
	json_text(j, "label", o->label);
	json_text(j, "id", crypto_hex(bytes_of(o->id, o->id_len)));
}

static void
put_certificate(struct json *j, const struct survey_object *o, time_t now)
{
	const struct certificate *c = o->certificate;

	json_open(j, NULL, '{');
	put_place(j, o);
	json_text(j, "uri", o->uri);
	put_usages(j, c);
	json_text(j, "subject", c->subject);
	json_text(j, "issuer", c->issuer);
	json_text(j, "serialNumber", c->serial);
	put_validity(j, c, now);
	json_open(j, "key", '{');
	json_text(j, "type", c->key_type);
	json_number(j, "bits", c->key_bits);
	json_close(j, '}');
	json_text(j, "sha256", crypto_hex(BYTES(c->sha256)));
	json_close(j, '}');
}

static void
put_card(struct json *j, const struct survey_card *card, time_t now)
{
	json_open(j, "card", '{');
	json_text(j, "model", card->model);
	json_text(j, "serial", card->serial);
	json_text(j, "label", card->label);
	if (card->tries_known)
		json_number(j, "pinTriesLeft", card->tries);
	else
		json_null(j, "pinTriesLeft");
	json_open(j, "certificates", '[');
	for (size_t i = 0; i < card->count; i++) {
		if (card->objects[i].err == 0)
			put_certificate(j, &card->objects[i], now);
	}
	json_close(j, ']');
	json_open(j, "withoutCertificate", '[');
	for (size_t i = 0; i < card->count; i++) {
		const struct survey_object *o = &card->objects[i];

		if (o->err == 0 || !survey_is_shown(o))
			continue;
		json_open(j, NULL, '{');
		put_place(j, o);
		json_bool(j, "unread", !card_err_is_absence(o->err));
		put_problem(j, o->err, err_text(o->err));
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static const char *
state(const struct survey_reader *r)
{
	switch (r->presence) {
	case PRESENCE_NO_READER:
		return "unplugged";
	case PRESENCE_EMPTY:
		return "empty";
	case PRESENCE_CARD:
		return "card";
	case PRESENCE_UNKNOWN:
		break;
	}
	return "unavailable";
}

void
list_json(const struct survey *s, time_t now)
{
	struct json j = {0};

	json_open(&j, NULL, '{');
	json_open(&j, "readers", '[');
	for (size_t i = 0; i < s->count; i++) {
		const struct survey_reader *r = &s->list[i];

		json_open(&j, NULL, '{');
		json_number(&j, "number", r->number);
		json_text(&j, "manufacturer", r->info.manufacturer);
		json_text(&j, "product", r->info.product);
		json_text(&j, "firmware",
		    tool_print("%u.%02u", r->info.firmware_major,
			r->info.firmware_minor));
		json_text(&j, "state", state(r));
		put_problem(&j, survey_error(r), survey_problem(r));
		if (r->presence == PRESENCE_CARD && r->card.err == 0)
			put_card(&j, &r->card, now);
		else
			json_null(&j, "card");
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
}
