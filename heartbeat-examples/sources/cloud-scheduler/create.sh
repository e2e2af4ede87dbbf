#!/usr/bin/env bash
# Makes a Google Cloud Scheduler job that pulses the platform every ten minutes.
# Needs gcloud, HEARTBEAT_URL (such as https://example.com), CRON_SECRET, and LOCATION (such as us-central1). TICK may be
# '/api/cron/tick?await=true', for hosts that freeze a process after its answer, and ATTEMPT_DEADLINE how long it waits.
#
# Lateness: seconds. Delivery is at least once, which does no harm: a pulse that comes twice runs nothing twice.
set -euo pipefail

# gcloud reads the secret from a file that only its owner may read: on a command line any user of the machine could see it.
flags=$(mktemp)
trap 'rm -f "$flags"' EXIT
: "${CRON_SECRET:?}"
printf -- "--headers:\n  Authorization: 'Bearer %s'\n" "${CRON_SECRET//"'"/"''"}" > "$flags"

gcloud scheduler jobs create http heartbeat-pulse \
  --location "${LOCATION:?}" \
  --schedule '*/10 * * * *' \
  --time-zone Etc/UTC \
  --uri "${HEARTBEAT_URL:?}${TICK:-/api/cron/tick}" \
  --http-method POST \
  --flags-file "$flags" \
  --attempt-deadline "${ATTEMPT_DEADLINE:-90s}" \
  --max-retry-attempts 3 \
  --min-backoff 20s
