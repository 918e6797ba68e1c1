/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tools/cac-tool/bundle.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/options.h"
#include "tools/cac-tool/survey.h"

/* A bridge of authorities has loops; no real chain is this long. */
#define CHAIN_MAX 16

struct exporting {
	const char *format, *label, *id, *out, *reader;
	struct option_values bundles;
	bool all, chain, der;
	struct bundle pool; /* where issuers are looked for */
	struct buf *text;   /* what goes to --out FILE or stdout */
	unsigned done, incomplete;
};

/* "0001" of "%00%01", "00:01" or "0001". */
static char *
plain_id(const char *id)
{
	char *out = tool_alloc(strlen(id) + 1), *to = out;

	for (; *id != '\0'; id++) {
		if (*id != '%' && *id != ':')
			*to++ = (char)tolower((unsigned char)*id);
	}
	return out;
}

static bool
is_chosen(const struct exporting *e, const struct survey_object *o)
{
	if (o->err != 0)
		return false;
	if (e->label != NULL)
		return strcmp(o->label, e->label) == 0;
	if (e->id != NULL)
		return strcmp(crypto_hex(bytes_of(o->id, o->id_len)),
			   plain_id(e->id)) == 0;
	return true;
}

static void
append(struct exporting *e, const struct certificate *c)
{
	buf_append(e->text, e->der ? c->der : certificate_pem(c));
}

static void
append_chain(struct exporting *e, const struct survey_object *o)
{
	const struct certificate *c = o->certificate, *issuer;

	for (unsigned i = 0; i < CHAIN_MAX && !c->self_issued; i++) {
		issuer = bundle_issuer(&e->pool, c);
		if (issuer == NULL) {
			complain("%s: the chain ends early: %s is neither on "
				 "the card nor in a --bundle",
			    o->label, c->issuer);
			e->incomplete++;
			return;
		}
		append(e, issuer);
		c = issuer;
	}
}

/* "0001-cac-id-certificate.pem" */
static char *
file_name(const struct exporting *e, const struct survey_object *o)
{
	char *name = tool_print(
	    "%s-%s", crypto_hex(bytes_of(o->id, o->id_len)), o->label);

	for (char *p = name; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p))
			*p = '-';
		*p = (char)tolower((unsigned char)*p);
	}
	return tool_print("%s/%s.%s", e->out, name, e->der ? "der" : "pem");
}

static bool
write_out(const char *path, const struct buf *text)
{
	const char *wrong = buf_err(text) != 0 ? "too long" : NULL;

	if (wrong == NULL)
		wrong = file_write(path, buf_bytes(text), 0644);
	if (wrong != NULL)
		complain("%s: %s", path, wrong);
	return wrong == NULL;
}

static bool
export_one(struct exporting *e, const struct survey_object *o, bool to_folder)
{
	append(e, o->certificate);
	if (e->chain)
		append_chain(e, o);
	e->done++;
	if (!to_folder)
		return true;
	if (!write_out(file_name(e, o), e->text))
		return false;
	buf_truncate(e->text, 0);
	return true;
}

static bool
write_rest(const struct exporting *e)
{
	if (e->out != NULL)
		return write_out(e->out, e->text);
	if (buf_err(e->text) != 0)
		return false;
	if (fwrite(e->text->p, 1, e->text->n, stdout) == e->text->n &&
	    fflush(stdout) == 0)
		return true;
	complain("standard output: cannot be written");
	return false;
}

/* All there is to choose from; several are too many without --all. */
static unsigned
count_chosen(struct exporting *e, const struct survey *s, unsigned *failed)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct survey_card *card = &s->list[i].card;

		for (size_t k = 0; k < card->count; k++) {
			const struct survey_object *o = &card->objects[k];

			if (o->err == 0)
				(void)bundle_add(&e->pool, o->certificate);
			else if (!card_err_is_absence(o->err))
				++*failed;
			n += is_chosen(e, o);
		}
	}
	return n;
}

static enum tool_status
nothing_chosen(const struct exporting *e, const struct survey *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct survey_reader *r = &s->list[i];
		char *problem = survey_problem(r);

		if (problem != NULL)
			complain("reader %u: %s", r->number, problem);
	}
	if (s->count == 0)
		complain("no reader");
	else if (e->label != NULL || e->id != NULL)
		complain("no such certificate; 'cac-tool list' shows what "
			 "there is");
	return STATUS_NOTHING;
}

static enum tool_status
export_chosen(struct exporting *e, const struct survey *s)
{
	bool to_folder = e->out != NULL && file_is_folder(e->out);
	unsigned failed = 0, n = count_chosen(e, s, &failed);

	if (n == 0)
		return nothing_chosen(e, s);
	if (n > 1 && !e->all) {
		complain("%u certificates: choose one with --label or --id "
			 "(see 'cac-tool list'), or --all",
		    n);
		return STATUS_USAGE;
	}
	if (!to_folder && e->der && (n > 1 || e->chain)) {
		complain("several certificates as DER want --out with a "
			 "folder, or --format pem");
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < s->count; i++) {
		const struct survey_card *card = &s->list[i].card;

		for (size_t k = 0; k < card->count; k++) {
			if (is_chosen(e, &card->objects[k]) &&
			    !export_one(e, &card->objects[k], to_folder))
				return STATUS_FAILED;
		}
	}
	if (!to_folder && !write_rest(e))
		return STATUS_FAILED;
	if (failed > 0)
		complain(
		    "%u more could not be read; see 'cac-tool list'", failed);
	return failed > 0 || e->incomplete > 0 ? STATUS_PART : STATUS_DONE;
}

static bool
check(struct exporting *e)
{
	if (e->format != NULL && strcasecmp(e->format, "der") == 0) {
		e->der = true;
	} else if (e->format != NULL && strcasecmp(e->format, "pem") != 0) {
		complain("--format: pem or der, not %s", e->format);
		return false;
	}
	if ((e->label != NULL) + (e->id != NULL) + e->all > 1) {
		complain("--label, --id and --all exclude each other");
		return false;
	}
	if (e->der && e->chain) {
		complain("--chain wants --format pem");
		return false;
	}
	if (e->der && e->out == NULL && isatty(STDOUT_FILENO)) {
		complain("DER is not for a terminal: --out FILE");
		return false;
	}
	return true;
}

enum tool_status
cmd_export(const struct command *self, int argc, char **argv)
{
	static struct exporting e;
	const struct option_def defs[] = {
	    {.name = "format",
		.operand = "pem|der",
		.help = "how [pem]",
		.value = &e.format},
	    {.name = "label",
		.operand = "LABEL",
		.help = "the certificate of this label",
		.value = &e.label},
	    {.name = "id",
		.operand = "HEX",
		.help = "the certificate of this id",
		.value = &e.id},
	    {.name = "all", .help = "all certificates", .flag = &e.all},
	    {.name = "out",
		.operand = "FILE|DIR",
		.help = "where to [standard output]",
		.value = &e.out},
	    {.name = "chain",
		.help = "with the issuers behind it, up to the root",
		.flag = &e.chain},
	    {.name = "bundle",
		.operand = "FILE",
		.help = "issuers for --chain; may be repeated",
		.values = &e.bundles},
	    {.name = "reader",
		.operand = "N",
		.help = "only the card in this reader",
		.value = &e.reader},
	    {.name = NULL},
	};
	enum tool_status status;
	unsigned number = 0;
	struct survey *s;

	if (!options_alone(self, defs, argc, argv, &status))
		return status;
	if (!check(&e) ||
	    (e.reader != NULL && !options_number("reader", e.reader, &number)))
		return STATUS_USAGE;
	for (size_t i = 0; i < e.bundles.n; i++) {
		if (!bundle_read(&e.pool, e.bundles.list[i]))
			return STATUS_FAILED;
	}
	e.text = tool_buf(BUNDLE_FILE_MAX);
	s = survey_run(number, SURVEY_CARDS);
	return s != NULL ? export_chosen(&e, s) : STATUS_FAILED;
}
