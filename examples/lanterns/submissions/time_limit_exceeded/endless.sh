#!/usr/bin/env bash
# Waits for a lantern that never comes.
while true; do :; done
