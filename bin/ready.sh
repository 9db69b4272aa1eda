#!/bin/sh
# sh bin/ready.sh COMMAND [ARG ...]: runs COMMAND once this checkout is ready to run it:
#   1. a Node that is new enough: the one on PATH, else one from npm, kept in a cache folder
#   2. the dependencies, as the lockfile has them
#   3. a build that is newer than every source
# What is right already costs a few milliseconds to see. What is done is said on standard error.
set -eu
# With CDPATH, `cd` may go elsewhere and prints where it went.
unset CDPATH

node_floor_major=22
node_floor_minor=19
node_wanted=24.21.0
# What the npm registry publishes as dist.integrity of node-linux-ARCH@24.21.0.
integrity_x64=sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==
integrity_arm64=sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==

# The x keeps a newline at the end of the folder's name.
case $0 in */*) bin=${0%/*} ;; *) bin=. ;; esac
root=$(cd -- "$bin/.." && pwd -P && echo x)
root=${root%?x}

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

# XDG_CACHE_HOME, else below the home folder: that of HOME, else that of the password database. Never a shared folder.
cache_folder() {
  case ${XDG_CACHE_HOME:-} in /*) printf '%s' "$XDG_CACHE_HOME"; return ;; esac
  home=${HOME:-}
  case $home in /*) ;; *)
    name=$(id -un 2>/dev/null) || name=
    # The shell looks the name up; a name with other characters is not expanded.
    case $name in '' | *[!A-Za-z0-9._-]* | [!A-Za-z_]*) home= ;; *) eval "home=~$name" ;; esac
    ;;
  esac
  case $home in /*) printf '%s/.cache' "$home" ;; *) return 1 ;; esac
}

# What another user could replace on the way to the file $1: each folder, link and the file itself, as it is named and
# as it really lies. Ours or root's, and writable by no one else, but for folders with the sticky bit, in which only the
# owner of an entry can replace it, and for the group of a user who has a group of the same name.
replaceable() {
  real=$(cd -P -- "${1%/*}" 2>/dev/null && pwd -P) || real=/
  set -- "$1" "$real"
  for path in "$@"; do
    while [ -n "$path" ] && [ "$path" != / ]; do
      if [ -e "$path" ] || [ -L "$path" ]; then set -- "$@" "$path"; fi
      path=${path%/*}
    done
  done
  shift 2
  user=$(id -u)
  shared='-perm -0020'
  [ "$(id -gn 2>/dev/null)" != "$(id -un 2>/dev/null)" ] || shared="-perm -0020 ! -group $(id -g)"
  # shellcheck disable=SC2086
  find "$@" -prune \( ! -user "$user" ! -user 0 -o ! -type l ! -perm -1000 \( -perm -0002 -o $shared \) \) -print
}

refuse_replaceable() {
  found=$(replaceable "$1")
  [ -z "$found" ] || fail "will not run a Node from $1: other users can change $(printf '%s\n' "$found" | head -n 1)" \
    'make it yours alone (chown, chmod go-w), or remove it' 'or set XDG_CACHE_HOME to a folder of your own' \
    "or put Node >= $node_floor_major.$node_floor_minor on PATH"
}

# The platform packages of npm's `node` package hold the plain binary; no script of theirs is run.
platform_package() {
  case $(uname -s) in Linux) os=linux ;; *) return 1 ;; esac
  case $(uname -m) in
  x86_64 | amd64) arch=x64 integrity=$integrity_x64 ;;
  aarch64 | arm64) arch=arm64 integrity=$integrity_arm64 ;;
  *) return 1 ;;
  esac
  package=node-$os-$arch
}

fetch_node() {
  found=$(node -v 2>/dev/null || echo none)
  floor=$node_floor_major.$node_floor_minor
  platform_package || fail "needs Node >= $floor, found $found" 'install Node 24, then run this again'
  command -v npm >/dev/null 2>&1 || fail "needs npm to fetch Node >= $floor" 'install Node 24 with npm'
  say "Node $found is older than $floor: fetching Node $node_wanted with npm (127 MB) into $cache"
  # Whatever the caller's umask, nobody else may write here.
  umask g-w,o-w
  mkdir -p -- "${cache%/*}" || fail "cannot make ${cache%/*}" 'set XDG_CACHE_HOME to a folder of your own'
  refuse_replaceable "$cache"
  fresh=$(mktemp -d "$cache.XXXXXX")
  trap 'rm -rf -- "$fresh"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  (
    cd -- "$fresh"
    unset NODE_OPTIONS npm_config_workspace npm_config_workspaces npm_config_dry_run npm_config_json
    npm pack --silent --ignore-scripts --global=false --pack-destination=. "$package@$node_wanted" >/dev/null
  ) || fail "npm could not fetch $package@$node_wanted" 'check the network and the npm registry' 'install Node 24 yourself'
  tarball=$fresh/$package-$node_wanted.tgz
  digest=sha512-$(NODE_OPTIONS='' node -e '
    const {createHash} = require("crypto");
    console.log(createHash("sha512").update(require("fs").readFileSync(process.argv[1])).digest("base64"));
  ' "$tarball")
  [ "$digest" = "$integrity" ] || fail "$package@$node_wanted from your npm registry is not the one this version expects:" \
    "its digest is $digest, expected $integrity" 'ask who runs the registry, or install Node 24 yourself'
  tar -C "$fresh" -xzf "$tarball" package/bin/node
  mkdir "$fresh/bin"
  mv "$fresh/package/bin/node" "$fresh/bin/node"
  chmod 755 "$fresh" "$fresh/bin" "$fresh/bin/node"
  rm -rf -- "$fresh/package" "$tarball"
  # Another first run may have been faster; either copy will do.
  mv -T -- "$fresh" "$cache" 2>/dev/null || rm -rf -- "$fresh"
  trap - EXIT INT TERM
}

choose_node() {
  if new_enough node; then return; fi
  cache=$(cache_folder) || fail "no Node >= $node_floor_major.$node_floor_minor, and no home folder to keep one in" \
    'set HOME or XDG_CACHE_HOME' 'or install Node 24'
  cache=$cache/sutra/node/$node_wanted
  [ -x "$cache/bin/node" ] || (fetch_node)
  refuse_replaceable "$cache/bin/node"
  PATH=$cache/bin:$PATH
  export PATH
}

# bin/prepare.js leaves a copy of the lockfile when everything in it is installed.
installed() { cmp -s -- "$root/package-lock.json" "$root/node_modules/.installed-lock.json"; }

built() {
  [ -f "$root/dist/.built" ] || return 1
  [ -z "$(find "$root/src" "$root"/templates/*/src "$root"/tsconfig*.json "$root"/package*.json "$root/VERSION" \
    -newer "$root/dist/.built" | head -n 1)" ]
}

# Asked by bin/prepare.js, which waits for its turn first.
if [ "$1" = --is-built ]; then built; exit; fi

choose_node
if ! { installed && built; }; then NODE_OPTIONS='' node "$root/bin/prepare.js"; fi
exec "$@"
