/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/cac-tool/edit.h"
#include "tools/cac-tool/json-text.h"
#include "tools/cac-tool/module.h"
#include "tools/cac-tool/policies.h"
#include "tools/cac-tool/tool.h"

const struct policies policies_files[POLICIES_COUNT] = {
    {BROWSER_FIREFOX, "/etc/firefox/policies/policies.json"},
    {BROWSER_THUNDERBIRD, "/etc/thunderbird/policies/policies.json"},
};

static const char *const keys[] = {"policies", "SecurityDevices"};

/* The objects on the way to SecurityDevices, as far as they are there. */
struct way {
	struct bytes object[3]; /* the text itself, policies, SecurityDevices */
	size_t n;
	bool flat; /* names stand in SecurityDevices, without Add */
	bool has_add, has_delete;
	struct bytes add, delete;
};

static const char damaged[] =
    "is no JSON that a browser would take: mend it first";

static bool
is_object(struct bytes value)
{
	return value.n > 0 && value.p[0] == '{';
}

static bool
find_lists(struct way *way)
{
	struct bytes devices = way->object[2];
	enum json_text_found add, delete;

	add = json_text_member(devices, "Add", &way->add);
	delete = json_text_member(devices, "Delete", &way->delete);
	way->has_add = add == JSON_TEXT_ONE;
	way->has_delete = delete == JSON_TEXT_ONE;
	way->flat = add == JSON_TEXT_NONE && delete == JSON_TEXT_NONE &&
	    json_text_count(devices) > 0;
	return add != JSON_TEXT_MANY && delete != JSON_TEXT_MANY &&
	    (!way->has_add || is_object(way->add)) &&
	    (!way->has_delete ||
		(way->delete.n > 0 && way->delete.p[0] == '['));
}

/* False: two members of one name, or something else where an object belongs. */
static bool
find_way(struct bytes text, struct way *way)
{
	enum json_text_found found;
	struct bytes value;

	*way = (struct way){.n = 1};
	while (text.n > 0 && text.p[0] != '{') {
		text.p++;
		text.n--;
	}
	way->object[0] = text;
	while (way->n < 3) {
		found = json_text_member(
		    way->object[way->n - 1], keys[way->n - 1], &value);
		if (found == JSON_TEXT_NONE)
			return true;
		if (found == JSON_TEXT_MANY || !is_object(value))
			return false;
		way->object[way->n++] = value;
	}
	return find_lists(way);
}

static const char *
check(struct bytes text, struct way *way)
{
	struct bytes start = text;

	if (!json_text_check(text))
		return damaged;
	while (start.n > 0 && memchr(" \t\r\n", start.p[0], 4) != NULL) {
		start.p++;
		start.n--;
	}
	return is_object(start) && find_way(text, way) ? NULL : damaged;
}

/* The object in which a name stands for a path. */
static bool
named(const struct way *way, struct bytes *object)
{
	if (way->has_add)
		*object = way->add;
	else if (way->flat)
		*object = way->object[2];
	return way->has_add || way->flat;
}

/* The text without our name, wherever it stands. */
static struct bytes
strip(struct bytes text)
{
	struct bytes object, value;
	struct way way;

	if (check(text, &way) == NULL && named(&way, &object) &&
	    json_text_member(object, MODULE_NAME, &value) == JSON_TEXT_ONE) {
		struct buf *out = tool_buf(2 * JSON_TEXT_MAX);

		json_text_drop_member(text, object, MODULE_NAME, out);
		text = buf_bytes(out);
	}
	if (check(text, &way) == NULL && way.has_delete &&
	    json_text_has(way.delete, MODULE_NAME)) {
		struct buf *out = tool_buf(2 * JSON_TEXT_MAX);

		json_text_drop_string(text, way.delete, MODULE_NAME, out);
		text = buf_bytes(out);
	}
	return text;
}

static const char *
quoted(const char *text)
{
	struct buf *out = tool_buf(JSON_TEXT_MAX);

	json_text_quote(text, out);
	return tool_string(buf_bytes(out));
}

/* list (Add or Delete) with its value, put where its way ends. */
static struct bytes
put_list(struct bytes text, const struct way *way, const char *list,
    const char *value)
{
	struct buf *out = tool_buf(2 * JSON_TEXT_MAX);
	const char *key = list;

	for (size_t i = 2; i + 1 > way->n; i--) {
		value = tool_print("{\n\"%s\": %s\n}", key, value);
		key = keys[i - 1];
	}
	json_text_put_member(text, way->object[way->n - 1], key, value, out);
	return buf_bytes(out);
}

static struct bytes
put_name(struct bytes text, const char *module)
{
	struct buf *out = tool_buf(2 * JSON_TEXT_MAX);
	struct bytes object;
	struct way way;

	if (check(text, &way) != NULL)
		return text;
	if (named(&way, &object)) {
		json_text_put_member(
		    text, object, MODULE_NAME, quoted(module), out);
		return buf_bytes(out);
	}
	return put_list(text, &way, "Add",
	    tool_print("{\n\"%s\": %s\n}", MODULE_NAME, quoted(module)));
}

/* False in a file that knows no Delete. */
static bool
put_delete(struct bytes *text)
{
	struct buf *out = tool_buf(2 * JSON_TEXT_MAX);
	struct way way;

	if (check(*text, &way) != NULL || way.flat)
		return false;
	if (way.has_delete) {
		json_text_put_string(*text, way.delete, MODULE_NAME, out);
		*text = buf_bytes(out);
	} else {
		*text =
		    put_list(*text, &way, "Delete", "[\"" MODULE_NAME "\"]");
	}
	return true;
}

static struct bytes
empty_text(void)
{
	return bytes_of("{}\n", 3);
}

void
policies_look(const char *path, struct policies_view *out)
{
	struct bytes object, value;
	struct way way;
	struct file f;

	*out = (struct policies_view){0};
	out->wrong = file_read(path, JSON_TEXT_MAX, &f);
	if (out->wrong == NULL)
		out->wrong = check(f.exists ? f.text : empty_text(), &way);
	if (out->wrong != NULL)
		return;
	if (named(&way, &object) &&
	    json_text_member(object, MODULE_NAME, &value) == JSON_TEXT_ONE)
		out->library = value.n >= 2
		    ? tool_string(bytes_of(value.p + 1, value.n - 2))
		    : NULL;
	out->deletes = way.has_delete && json_text_has(way.delete, MODULE_NAME);
}

static const char *
make_folder(struct record *r, const char *path)
{
	char *folder = tool_print("%s", path);

	*strrchr(folder, '/') = '\0';
	return file_make_folder(folder, 0755, record_made, r);
}

const char *
policies_register(struct record *r, const char *path, const char *module,
    bool dry, bool *changed)
{
	struct policies_view v;
	struct bytes before;
	const char *wrong;
	struct edit e;

	policies_look(path, &v);
	*changed =
	    v.library == NULL || strcmp(v.library, module) != 0 || v.deletes;
	if (v.wrong != NULL || !*changed || dry)
		return v.wrong;
	wrong = edit_open(r, path, JSON_TEXT_MAX, &e);
	if (wrong == NULL)
		wrong = make_folder(r, path);
	if (wrong != NULL)
		return wrong;
	if (!e.untouched) {
		e.was_there = e.file.exists;
		e.before = e.entry == NULL && v.library == NULL
		    ? e.file.text
		    : strip(e.file.text);
	}
	before = e.before;
	return edit_write(&e, e.was_there ? &before : NULL,
	    put_name(strip(e.was_there ? before : empty_text()), module), 0644);
}

const char *
policies_unregister(struct record *r, const char *path, bool forget, bool dry,
    bool *changed, bool *in_profiles)
{
	struct policies_view v;
	struct bytes before, text;
	const char *wrong;
	struct edit e;

	policies_look(path, &v);
	*changed = v.library != NULL || (forget && v.deletes);
	*in_profiles = false;
	if (v.wrong != NULL || !*changed || dry)
		return v.wrong;
	wrong = edit_open(r, path, JSON_TEXT_MAX, &e);
	if (wrong != NULL)
		return wrong;
	if (!e.untouched) {
		e.was_there = e.file.exists;
		e.before = strip(e.file.text);
	}
	before = e.before;
	text = e.was_there ? before : empty_text();
	if (forget || !put_delete(&text)) {
		*in_profiles = !forget;
		return edit_undo(&e, before);
	}
	return edit_write(&e, e.was_there ? &before : NULL, text, 0644);
}
