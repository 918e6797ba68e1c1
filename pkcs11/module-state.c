/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <time.h>

#include "cac/card.h"
#include "pkcs11/module-state.h"
#include "pkcs11/session.h"
#include "pkcs11/slot.h"
#include "reader/usb-libusb.h"

static void __attribute__((constructor)) register_errors(void)
{
	reader_error_register();
	card_error_register();
}

static bool
cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;
	bool ok;

	if (pthread_condattr_init(&attr) != 0)
		return false;
	ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
	    pthread_cond_init(cond, &attr) == 0;
	(void)pthread_condattr_destroy(&attr);
	return ok;
}

err_t
module_new(struct module **out)
{
	struct usb_bus bus;
	struct module *m = calloc(1, sizeof(*m));
	err_t err;

	if (m == NULL)
		return ERR_MEMORY;
	lock_init(&m->lock);
	if (!cond_init(&m->changed) || !cond_init(&m->event)) {
		free(m);
		return ERR_MEMORY;
	}
	err = usb_libusb_bus(&bus);
	if (err == 0)
		err = readers_new(bus, &m->readers);
	if (err != 0)
		module_free(&m);
	*out = m;
	return err;
}

void
module_end(struct module *m)
{
	lock_acquire(&m->lock);
	m->ended = true;
	sessions_close_all_locked(m);
	module_notify_locked(m);
	module_notify_event_locked(m);
	lock_release(&m->lock);
}

void
module_free(struct module **m)
{
	struct module *gone = *m;

	*m = NULL;
	if (gone == NULL)
		return;
	slots_free(gone);
	free(gone->sessions);
	if (gone->readers != NULL)
		readers_free(&gone->readers);
	(void)pthread_cond_destroy(&gone->changed);
	(void)pthread_cond_destroy(&gone->event);
	(void)pthread_mutex_destroy(&gone->lock.mutex);
	free(gone);
}

void
module_wait_locked(struct module *m)
{
	(void)pthread_cond_wait(&m->changed, &m->lock.mutex);
}

void
module_notify_locked(struct module *m)
{
	(void)pthread_cond_broadcast(&m->changed);
}

void
module_wait_event_locked(struct module *m, unsigned wait_ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += wait_ms / 1000;
	t.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	(void)pthread_cond_timedwait(&m->event, &m->lock.mutex, &t);
}

void
module_notify_event_locked(struct module *m)
{
	(void)pthread_cond_broadcast(&m->event);
}
