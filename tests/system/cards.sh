#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cards.sh PROFILES: every card of them that is ours to read, one in a line
set -eu
for profile in "$1"/*; do
	name=$(basename "$profile")
	case $name in
	*.inc | foreign* | hostile*) ;;
	*) echo "$name" ;;
	esac
done
