/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/handle.h"
#include "pkcs11/object-private.h"
#include "pkcs11/object-secret.h"

/* Names and such. */
#define TEXT_MAX 1024

enum form {
	FORM_FIXED, /* whatever the template says */
	FORM_BOOL,  /* as the template says */
	FORM_TEXT,
	FORM_NUMBER
};

/* What a template may say, and what holds when it does not. */
static const struct known {
	CK_ATTRIBUTE_TYPE type;
	enum form form;
	bool otherwise;
} known[] = {
    {CKA_CLASS, FORM_NUMBER, false},
    {CKA_KEY_TYPE, FORM_NUMBER, false},
    {CKA_VALUE_LEN, FORM_NUMBER, false},
    {CKA_TOKEN, FORM_FIXED, false},
    {CKA_LOCAL, FORM_FIXED, false},
    {CKA_TRUSTED, FORM_FIXED, false},
    {CKA_MODIFIABLE, FORM_FIXED, false},
    {CKA_COPYABLE, FORM_FIXED, false},
    {CKA_DESTROYABLE, FORM_FIXED, true},
    {CKA_PRIVATE, FORM_BOOL, true},
    {CKA_SENSITIVE, FORM_BOOL, false},
    {CKA_EXTRACTABLE, FORM_BOOL, true},
    {CKA_ENCRYPT, FORM_BOOL, false},
    {CKA_DECRYPT, FORM_BOOL, false},
    {CKA_SIGN, FORM_BOOL, false},
    {CKA_VERIFY, FORM_BOOL, false},
    {CKA_WRAP, FORM_BOOL, false},
    {CKA_UNWRAP, FORM_BOOL, false},
    {CKA_DERIVE, FORM_BOOL, false},
    {CKA_WRAP_WITH_TRUSTED, FORM_BOOL, false},
    {CKA_LABEL, FORM_TEXT, false},
    {CKA_ID, FORM_TEXT, false},
    {CKA_START_DATE, FORM_TEXT, false},
    {CKA_END_DATE, FORM_TEXT, false},
};

#define COUNT (sizeof(known) / sizeof(known[0]))

static const struct known *
find_known(CK_ATTRIBUTE_TYPE type)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (known[i].type == type)
			return &known[i];
	}
	return NULL;
}

/* NULL: the template does not say. */
static const CK_ATTRIBUTE *
find_wanted(const CK_ATTRIBUTE *list, CK_ULONG count, CK_ATTRIBUTE_TYPE type)
{
	for (CK_ULONG i = 0; i < count; i++) {
		if (list[i].type == type)
			return &list[i];
	}
	return NULL;
}

static bool
wanted_bool(const CK_ATTRIBUTE *list, CK_ULONG count, CK_ATTRIBUTE_TYPE type)
{
	const CK_ATTRIBUTE *a = find_wanted(list, count, type);

	return a != NULL ? *(const CK_BBOOL *)a->pValue != CK_FALSE
			 : find_known(type)->otherwise;
}

static CK_RV
check_form(const CK_ATTRIBUTE *a)
{
	const struct known *k = find_known(a->type);
	CK_ULONG n = a->ulValueLen;
	bool right;

	if (k == NULL)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	switch (k->form) {
	case FORM_NUMBER:
		right = n == sizeof(CK_ULONG);
		break;
	case FORM_TEXT:
		right = n <= TEXT_MAX;
		break;
	default:
		right = n == sizeof(CK_BBOOL);
		break;
	}
	if (!right || (a->pValue == NULL && n > 0))
		return CKR_ATTRIBUTE_VALUE_INVALID;
	return CKR_OK;
}

/* A number of the template, or what stands for it. */
static CK_ULONG
wanted_number(const CK_ATTRIBUTE *list, CK_ULONG count, CK_ATTRIBUTE_TYPE type,
    CK_ULONG otherwise)
{
	CK_ULONG number;

	return template_ulong(list, count, type, &number) ? number : otherwise;
}

/* Whether a key of this type has such a length; 0: not said. */
static CK_RV
check_len(CK_KEY_TYPE type, CK_ULONG len)
{
	if (type == CKK_GENERIC_SECRET)
		return CKR_OK;
	if (type != CKK_AES)
		return CKR_TEMPLATE_INCONSISTENT;
	if (len == 0)
		return CKR_TEMPLATE_INCOMPLETE;
	return len == 16 || len == 24 || len == 32 ? CKR_OK
						   : CKR_KEY_SIZE_RANGE;
}

CK_RV
secret_template_parse(
    const CK_ATTRIBUTE *list, CK_ULONG count, struct secret_template *out)
{
	for (CK_ULONG i = 0; i < count; i++) {
		CK_RV rv = check_form(&list[i]);

		if (rv != CKR_OK)
			return rv;
		if (find_wanted(list, i, list[i].type) != NULL)
			return CKR_TEMPLATE_INCONSISTENT;
	}
	*out = (struct secret_template){
	    .list = list,
	    .count = count,
	    .type =
		wanted_number(list, count, CKA_KEY_TYPE, CKK_GENERIC_SECRET),
	    .private = wanted_bool(list, count, CKA_PRIVATE),
	    .sensitive = wanted_bool(list, count, CKA_SENSITIVE),
	    .extractable = wanted_bool(list, count, CKA_EXTRACTABLE),
	    .len = wanted_number(list, count, CKA_VALUE_LEN, 0),
	};
	if (wanted_bool(list, count, CKA_TOKEN))
		return CKR_TOKEN_WRITE_PROTECTED;
	if (wanted_number(list, count, CKA_CLASS, CKO_SECRET_KEY) !=
	    CKO_SECRET_KEY)
		return CKR_TEMPLATE_INCONSISTENT;
	return check_len(out->type, out->len);
}

static void
add_known(struct attributes *a, const struct secret_template *t,
    const struct known *k)
{
	const CK_ATTRIBUTE *given = find_wanted(t->list, t->count, k->type);

	switch (k->form) {
	case FORM_FIXED:
		attributes_add_bool(a, k->type, k->otherwise);
		break;
	case FORM_BOOL:
		attributes_add_bool(
		    a, k->type, wanted_bool(t->list, t->count, k->type));
		break;
	case FORM_TEXT:
		attributes_add(a, k->type,
		    given != NULL ? bytes_of(given->pValue, given->ulValueLen)
				  : bytes_of(NULL, 0));
		break;
	case FORM_NUMBER:
		break;
	}
}

err_t
object_set_new_secret(const struct secret_template *template,
    struct bytes value, struct object_set **out)
{
	struct object_set *set = object_set_alloc(1);
	struct attributes *a;
	err_t err;

	*out = NULL;
	if (set == NULL)
		return ERR_MEMORY;
	a = &set->objects[0].attributes;
	atomic_init(&set->objects[0].handle, handle_new());
	set->objects[0].private = template->private;
	set->count = 1;
	attributes_init(a);
	attributes_add_ulong(a, CKA_CLASS, CKO_SECRET_KEY);
	attributes_add_ulong(a, CKA_KEY_TYPE, template->type);
	attributes_add_ulong(a, CKA_VALUE_LEN, value.n);
	for (size_t i = 0; i < COUNT; i++)
		add_known(a, template, &known[i]);
	attributes_add_bool(a, CKA_ALWAYS_SENSITIVE, template->sensitive);
	attributes_add_bool(a, CKA_NEVER_EXTRACTABLE, !template->extractable);
	attributes_add_ulong(
	    a, CKA_KEY_GEN_MECHANISM, CK_UNAVAILABLE_INFORMATION);
	if (template->sensitive || !template->extractable)
		attributes_add_sensitive(a, CKA_VALUE);
	else
		attributes_add(a, CKA_VALUE, value);
	err = attributes_err(a);
	if (err != 0)
		object_set_unref(&set);
	*out = set;
	return err;
}
