#!/bin/bash
# The HEALTHCHECK of every image: asks the service where it says that it lives, in bash alone, since it runs every few
# seconds. Exit code 0 healthy, 1 not.
#
# A hang is also ended here: Docker restarts a container whose service has died, never one that is merely unhealthy.
# A service that has been healthy and then leaves three questions in a row unanswered is killed, and the restart policy
# brings it back. Only silence is a hang. An answer of any status (503 while a model loads), a refused connection
# (before the port is open, and while the last answers are given at the end) and a closed one are not.
#
# HEALTH_PORT or SUTRA_HEALTH_PORT or SUTRA_PORT, and HEALTH_PATH, say what is asked.

port=${HEALTH_PORT:-${SUTRA_HEALTH_PORT:-${SUTRA_PORT:?}}}
path=${HEALTH_PATH:-/health}
# Unanswered questions since the last answer. There once the service has been healthy; /tmp is empty after a restart.
silences=/tmp/.health-silences
# Docker ends this script after 5 s. It has to be done before.
answer_seconds=4
silences_allowed=3

# A process of its own, so that `timeout` can end it: bash cannot bound how long a connection takes to open.
if [ "${1:-}" = ask ]; then
  exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$path" >&3
  IFS=' ' read -r _ status _ <&3
  printf %s "$status"
  exit 0
fi

# Children of the container's init: the service, and nothing else that matters. None where the service is itself pid 1,
# which cannot be killed from inside.
kill_service() {
  local stat line fields
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    # After the name, which may hold anything: state, parent.
    read -ra fields <<<"${line##*) }"
    if [ "${fields[1]}" = 1 ]; then
      line=${stat#/proc/}
      kill -KILL "${line%/stat}"
    fi
  done
}

status=$(timeout -s KILL "$answer_seconds" "$BASH" "$0" ask 2>/dev/null)
if [ $? -lt 128 ]; then
  [ -e "$silences" ] && echo 0 >"$silences"
  case $status in
    # Statistics behind a password are alive.
    2?? | 401) echo 0 >"$silences" && echo "$path answers $status" && exit 0 ;;
    *) echo "$path answers ${status:-nothing}" && exit 1 ;;
  esac
fi

echo "$path: no answer within $answer_seconds s"
{ read -r count <"$silences"; } 2>/dev/null || exit 1
count=$((count + 1))
echo "$count" >"$silences"
if [ "$count" -ge "$silences_allowed" ]; then
  rm -f "$silences"
  echo "no answer $count times in a row: killing the service"
  kill_service
fi
exit 1
