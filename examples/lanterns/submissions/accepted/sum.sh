#!/usr/bin/env bash
read -r _
read -r -a lanterns
total=0
for drops in "${lanterns[@]}"; do
  ((total += drops))
done
echo "$total"
