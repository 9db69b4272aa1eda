#!/bin/sh
# sh bin/ready.sh COMMAND [ARG ...]: runs COMMAND once this checkout is ready to run it:
#   1. a Node that is new enough: the one on PATH, else one from npm, kept in a cache folder
#   2. the dependencies, as the lockfile has them
#   3. a build that is newer than every source
# What is right already costs a few milliseconds to see. What is done is said on standard error.
set -eu

node_floor_major=22
node_floor_minor=19
node_wanted=24.21.0

root=$(cd "$(dirname "$0")/.." && pwd -P)
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/sutra/node/$node_wanted

say() { printf 'sutra: %s\n' "$*" >&2; }
fail() { say "$1"; shift; for cure in "$@"; do printf '  try: %s\n' "$cure" >&2; done; exit 3; }

new_enough() {
  version=$("$1" -v 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  [ "$major" -gt $node_floor_major ] || { [ "$major" -eq $node_floor_major ] && [ "$minor" -ge $node_floor_minor ]; }
}

# The platform packages of npm's `node` package hold the plain binary; no script of theirs is run.
platform_package() {
  case $(uname -s) in Linux) os=linux ;; *) os= ;; esac
  case $(uname -m) in x86_64 | amd64) arch=x64 ;; aarch64 | arm64) arch=arm64 ;; *) arch= ;; esac
  [ -n "$os" ] && [ -n "$arch" ] && printf 'node-%s-%s' "$os" "$arch"
}

fetch_node() {
  found=$(node -v 2>/dev/null || echo none)
  floor=$node_floor_major.$node_floor_minor
  package=$(platform_package) || fail "needs Node >= $floor, found $found" 'install Node 24, then run this again'
  command -v npm >/dev/null 2>&1 || fail "needs npm to fetch Node >= $floor" 'install Node 24 with npm'
  say "Node $found is older than $floor: fetching Node $node_wanted with npm (127 MB) into $cache"
  mkdir -p "$(dirname "$cache")"
  fresh=$(mktemp -d "$cache.XXXXXX")
  if ! npm install --prefix "$fresh" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
    "$package@$node_wanted" >&2; then
    rm -rf "$fresh"
    fail "npm could not fetch $package@$node_wanted" 'check the network and the npm registry' 'install Node 24 yourself'
  fi
  mkdir -p "$fresh/bin"
  mv "$fresh/node_modules/$package/bin/node" "$fresh/bin/node"
  rm -rf "$fresh/node_modules"
  # Another first run may have been faster; either copy will do.
  mv -T "$fresh" "$cache" 2>/dev/null || rm -rf "$fresh"
}

choose_node() {
  if new_enough node; then return; fi
  [ -x "$cache/bin/node" ] || fetch_node
  PATH=$cache/bin:$PATH
  export PATH
}

installed() {
  stamp=$root/node_modules/.package-lock.json
  [ -f "$stamp" ] && [ -z "$(find "$root/package-lock.json" -newer "$stamp")" ]
}

built() {
  [ -f "$root/dist/.built" ] || return 1
  [ -z "$(find "$root/src" "$root"/templates/*/src "$root"/tsconfig*.json "$root/package.json" "$root/VERSION" \
    -newer "$root/dist/.built" | head -n 1)" ]
}

# One at a time: two first runs must not install over each other. A lock whose owner is dead is taken over.
lock=$root/.ready.lock
locked() {
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/pid" 2>/dev/null || echo)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$lock"; else sleep 1; fi
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT TERM
  "$@"
  rm -rf "$lock"
  trap - EXIT INT TERM
}

prepare() {
  cd "$root"
  if ! installed; then
    say 'installing dependencies (npm ci)'
    npm ci --loglevel=error >&2 || fail 'npm ci failed' 'check the network and the npm registry, then run this again'
    touch node_modules/.package-lock.json
  fi
  if ! built; then
    say 'building'
    node bin/build.js >&2 || fail 'the build failed: see above'
  fi
  cd "$OLDPWD"
}

choose_node
if ! { installed && built; }; then locked prepare; fi
exec "$@"
