/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzzing target over files and over all files of folders. With
 * libFuzzer (-DLIBFUZZER) its own main takes this one's place.
 */
#ifndef LIBFUZZER
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX (1 << 20)

static unsigned inputs;

static int
run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *input = malloc(INPUT_MAX);
	int failed = 1;
	size_t n;

	if (f == NULL || input == NULL) {
		perror(path);
		goto out;
	}
	n = fread(input, 1, INPUT_MAX, f);
	if (ferror(f)) {
		perror(path);
		goto out;
	}
	(void)LLVMFuzzerTestOneInput(input, n);
	inputs++;
	failed = 0;
out:
	free(input);
	if (f != NULL)
		(void)fclose(f);
	return failed;
}

static int
run_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	int failed = 0;

	if (dir == NULL) {
		perror(path);
		return 1;
	}
	while ((e = readdir(dir)) != NULL) {
		char name[1024];
		struct stat st;

		(void)snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		if (stat(name, &st) == 0 && S_ISREG(st.st_mode))
			failed |= run_file(name);
	}
	(void)closedir(dir);
	return failed;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			failed |= run_folder(argv[i]);
		else
			failed |= run_file(argv[i]);
	}
	printf("%u inputs\n", inputs);
	return failed;
}
#endif
