# SPDX-License-Identifier: BSD-2-Clause
#
# AX_CAC_COMPILER_FLAGS
# Warnings, hardening, sanitizers and fuzzing. All land in CAC_CPPFLAGS,
# CAC_CFLAGS and CAC_LDFLAGS (used by AM_*), never in the user's own CFLAGS.

AC_DEFUN([_CAC_TRY_CFLAG], [
  AS_VAR_PUSHDEF([cache], [cac_cv_cflag_$1])
  AC_CACHE_CHECK([whether $CC accepts $1], [cache], [
    cac_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $1"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([])],
      [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    CFLAGS=$cac_save_CFLAGS])
  AS_VAR_IF([cache], [yes], [CAC_CFLAGS="$CAC_CFLAGS $1"])
  AS_VAR_POPDEF([cache])
])

AC_DEFUN([_CAC_TRY_LDFLAG], [
  AS_VAR_PUSHDEF([cache], [cac_cv_ldflag_$1])
  AC_CACHE_CHECK([whether the linker accepts $1], [cache], [
    cac_save_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([])],
      [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    LDFLAGS=$cac_save_LDFLAGS])
  AS_VAR_IF([cache], [yes], [CAC_LDFLAGS="$CAC_LDFLAGS $1"])
  AS_VAR_POPDEF([cache])
])

AC_DEFUN([AX_CAC_COMPILER_FLAGS], [
  AC_ARG_ENABLE([strict],
    [AS_HELP_STRING([--enable-strict], [warnings are errors (CI)])])
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers=LIST],
      [build with -fsanitize=LIST, such as address,undefined or thread])])
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing],
      [link the fuzzing programs with libFuzzer (needs clang)])])
  AS_CASE([$enable_sanitizers], [yes], [enable_sanitizers=address,undefined],
    [no], [enable_sanitizers=])

  CAC_CPPFLAGS= CAC_CFLAGS= CAC_LDFLAGS= CAC_FUZZ_FLAGS=
  m4_foreach_w([flag], [-std=c11 -Wall -Wextra -Wshadow -Wconversion
      -Wsign-conversion -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2
      -Wmissing-prototypes -Wstrict-prototypes -Wimplicit-fallthrough
      -Wframe-larger-than=4096 -Wduplicated-cond -Wlogical-op
      -Wthread-safety -fvisibility=hidden -fstack-protector-strong
      -fstack-clash-protection -fcf-protection
      -ftrivial-auto-var-init=zero],
    [_CAC_TRY_CFLAG(flag)])
  AS_IF([test "$enable_strict" = yes], [CAC_CFLAGS="$CAC_CFLAGS -Werror"])

  m4_foreach([flag], [[-Wl,-z,relro], [-Wl,-z,now], [-Wl,-z,noexecstack]],
    [_CAC_TRY_LDFLAG([flag])])

  # Sanitizers bring their own checks: fortify and -z defs are in their way.
  AS_IF([test -n "$enable_sanitizers"],
    [CAC_CFLAGS="$CAC_CFLAGS -fsanitize=$enable_sanitizers"
     CAC_CFLAGS="$CAC_CFLAGS -fno-sanitize-recover=all -fno-omit-frame-pointer"
     CAC_LDFLAGS="$CAC_LDFLAGS -fsanitize=$enable_sanitizers"],
    [AS_CASE([" $CFLAGS "], [*" -O0 "*], [], [*-O*],
      [CAC_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"])
     dnl libFuzzer's symbols come with the program, not with the module.
     AS_IF([test "$enable_fuzzing" != yes], [_CAC_TRY_LDFLAG([-Wl,-z,defs])])])
  AM_CONDITIONAL([WITH_SANITIZERS], [test -n "$enable_sanitizers"])
  AC_SUBST([SANITIZERS], [$enable_sanitizers])

  AS_IF([test "$enable_fuzzing" = yes],
    [CAC_CFLAGS="$CAC_CFLAGS -fsanitize=fuzzer-no-link"
     CAC_FUZZ_FLAGS="-fsanitize=fuzzer"
     AC_MSG_CHECKING([whether $CC links libFuzzer])
     cac_save_CFLAGS=$CFLAGS
     CFLAGS="$CFLAGS -fsanitize=fuzzer"
     AC_LINK_IFELSE([AC_LANG_SOURCE([
       #include <stddef.h>
       #include <stdint.h>
       int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
       int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
       { return p == NULL && n > 0; }])],
       [AC_MSG_RESULT([yes])],
       [AC_MSG_ERROR([--enable-fuzzing needs clang: try CC=clang])])
     CFLAGS=$cac_save_CFLAGS])
  AM_CONDITIONAL([LIBFUZZER], [test "$enable_fuzzing" = yes])

  AC_SUBST([CAC_CPPFLAGS])
  AC_SUBST([CAC_CFLAGS])
  AC_SUBST([CAC_LDFLAGS])
  AC_SUBST([CAC_FUZZ_FLAGS])
])
