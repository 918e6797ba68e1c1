/* SPDX-License-Identifier: BSD-2-Clause */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/tempdir.h"

bool
tempdir_make(struct tempdir *dir)
{
	strcpy(dir->path, "/tmp/cac-emu-XXXXXX");
	if (mkdtemp(dir->path) != NULL)
		return true;
	dir->path[0] = '\0';
	return false;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)remove(path);
	return 0;
}

void
tempdir_remove(struct tempdir *dir)
{
	if (dir->path[0] != '\0')
		(void)nftw(dir->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	dir->path[0] = '\0';
}
