#!/bin/sh
# What tests need beside Node: HAProxy, curl, jq, busybox, Chromium, and a Docker engine with the base images.
# As root on a machine with apt, what is missing is installed, and said before; SUTRA_TEST_INSTALL=no leaves it out.
# Elsewhere nothing is done: the test files that need it are skipped by name, with the reason.
set -u
unset CDPATH
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
say() { printf 'tests: %s\n' "$*" >&2; }

if [ "${SUTRA_TEST_INSTALL:-yes}" = no ] || [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then exit 0; fi

missing=
for tool in haproxy curl jq busybox; do
  command -v "$tool" >/dev/null || missing="$missing $tool"
done
[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
  command -v google-chrome >/dev/null || missing="$missing chromium"

if [ -n "$missing" ]; then
  say "installing with apt-get, for the tests:$missing (SUTRA_TEST_INSTALL=no leaves it out)"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  apt-get update --quiet >/dev/null && apt-get install --yes --quiet --no-install-recommends $missing >/dev/null ||
    say "could not install$missing"
fi

if ! docker info >/dev/null 2>&1; then
  say 'setting up a Docker engine (.ci/docker), for the tests of containers (SUTRA_TEST_INSTALL=no leaves it out)'
fi
"$here/../.ci/docker" || say 'there is no Docker engine to test with'
exit 0
