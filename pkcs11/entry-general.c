/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS #11 2.40, 5.4 and 5.15. */
#include <stdio.h>

#include "base/trace.h"
#include "config.h"
#include "pkcs11/call.h"
#include "pkcs11/interface.h"
#include "pkcs11/process.h"
#include "pkcs11/report.h"
#include "pkcs11/rv.h"
#include "pkcs11/text.h"

/*
 * Callbacks without CKF_OS_LOCKING_OK are accepted and not used: every thread
 * that a program on this system can make is one of pthreads, for which our own
 * locks are right. CKR_CANT_LOCK would gain nothing and lose the program.
 */
static CK_RV
check_arguments(const CK_C_INITIALIZE_ARGS *args)
{
	bool some, all;

	if (args == NULL)
		return CKR_OK;
	some = args->CreateMutex != NULL || args->DestroyMutex != NULL ||
	    args->LockMutex != NULL || args->UnlockMutex != NULL;
	all = args->CreateMutex != NULL && args->DestroyMutex != NULL &&
	    args->LockMutex != NULL && args->UnlockMutex != NULL;
	if (args->pReserved != NULL || some != all)
		return CKR_ARGUMENTS_BAD;
	return CKR_OK;
}

CK_RV
C_Initialize(void *init_args)
{
	CK_RV rv = check_arguments(init_args);

	process_trace_hold();
	report_open();
	trace_text(0, TRACE_CRYPTOKI, '>', "%s", __func__);
	if (rv == CKR_OK)
		rv = process_initialize();
	trace_text(0, TRACE_CRYPTOKI, '<', "%s %s", __func__, rv_name(rv));
	process_trace_release();
	return rv;
}

CK_RV
C_Finalize(void *reserved)
{
	struct call call;
	struct module *m;
	CK_RV rv = call_begin(&call, __func__);

	if (rv == CKR_OK && reserved != NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK) {
		m = process_finalize();
		if (m != NULL) {
			module_end(m);
			slots_settle(m);
			process_leave(&m);
		} else {
			rv = CKR_CRYPTOKI_NOT_INITIALIZED;
		}
	}
	return call_end(&call, rv);
}

static CK_RV
get_info(CK_INFO *info, CK_VERSION version)
{
	struct call call;
	CK_RV rv = call_begin(&call, "C_GetInfo");
	unsigned major = 0, minor = 0;

	if (rv == CKR_OK && info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK) {
		(void)sscanf(PACKAGE_VERSION, "%u.%u", &major, &minor);
		*info = (CK_INFO){
		    .cryptokiVersion = version,
		    .libraryVersion = {(CK_BYTE)major, (CK_BYTE)minor},
		};
		text_pad(info->manufacturerID, sizeof(info->manufacturerID),
		    "cac-pkcs11");
		text_pad(info->libraryDescription,
		    sizeof(info->libraryDescription),
		    "DoD Common Access Card module");
	}
	return call_end(&call, rv);
}

CK_RV
C_GetInfo(CK_INFO *info)
{
	return get_info(info, (CK_VERSION){2, 40});
}

CK_RV
interface_get_info_3_0(CK_INFO *info)
{
	return get_info(info, (CK_VERSION){3, 0});
}

CK_RV
C_GetFunctionStatus(CK_SESSION_HANDLE handle)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, handle);

	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_PARALLEL;
	return call_end(&call, rv);
}

CK_RV
C_CancelFunction(CK_SESSION_HANDLE handle)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, handle);

	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_PARALLEL;
	return call_end(&call, rv);
}
