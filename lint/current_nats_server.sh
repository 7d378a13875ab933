#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A run whose acceptance tests met Debian's nats-server alone counts as a skipped test, by name.
case $* in *current=*) exit 0 ;; esac
echo "no current nats-server beside Debian's: pip3 or go must be able to get one; run ./test.sh, which looks for it"
exit 77
