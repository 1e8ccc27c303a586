#!/usr/bin/env bash
# Prints the right answer and then says that it failed: the exit code decides.
read -r _
read -r -a lanterns
total=0
for drops in "${lanterns[@]}"; do
  ((total += drops))
done
echo "$total"
exit 3
