#!/usr/bin/env bash
# The events of one project, one line each: time, type, name of the workload, data. The headers say whose a record is, so
# the values of others need not be read.
#
#   KAFKA_BROKERS=localhost:9092 ./follow.sh <project id> [options of kcat, such as -e to end at the last record]
set -euo pipefail

project=${1:?say which project: follow.sh <project id>}
shift
brokers=${KAFKA_BROKERS:-localhost:9092}
topic=${TOPIC_PREFIX:-tessera}.inference.events.v1

# %h prints the headers as name=value, with commas in between.
kcat -C -q -u -b "$brokers" -t "$topic" -o beginning -f '%h\t%s\n' "$@" |
  awk -F '\t' -v project="$project" '
    {
      delete header
      count = split($1, pairs, ",")
      for (i = 1; i <= count; i++) {
        at = index(pairs[i], "=")
        header[substr(pairs[i], 1, at - 1)] = substr(pairs[i], at + 1)
      }
      if (header["ce_projectid"] == project) {
        print header["ce_time"], header["ce_type"], header["ce_workloadname"], $2
        fflush()
      }
    }'
