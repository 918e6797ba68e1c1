/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secret bytes as valgrind's memcheck sees undefined ones: it then reports each
 * branch and each address that depends on them. Without valgrind, nothing.
 */
#ifndef TESTS_UNIT_POISON_H
#define TESTS_UNIT_POISON_H

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define POISON(p, n)   (void)VALGRIND_MAKE_MEM_UNDEFINED(p, n)
#define UNPOISON(p, n) (void)VALGRIND_MAKE_MEM_DEFINED(p, n)
#else
#define POISON(p, n)   (void)(p)
#define UNPOISON(p, n) (void)(p)
#endif

#endif
