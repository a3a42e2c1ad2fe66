# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Read by build-aux/run and build-aux/test, which set $root, the source folder.
: "${root:?}"

say () { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die () { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# wanted_packages WHO...: the packages of build-aux/dependencies for these
wanted_packages () {
  local who
  for who; do
    awk -v who="$who" '$1 == who { print $2 }' "$root/build-aux/dependencies"
  done
}

# missing_packages PACKAGE...: those that are not installed
missing_packages () {
  local have
  # dpkg-query fails where it knows nothing of one, which is an answer and no fault.
  have=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  local package
  for package; do
    grep -qx "installed $package" <<<"$have" || printf '%s\n' "$package"
  done
}

# install_missing WHO...: asks apt only where something is missing, and says what
install_missing () {
  local wanted missing as_root=()
  mapfile -t wanted < <(wanted_packages "$@")
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is no Debian, so nothing is installed. Needed, by Debian's names: ${wanted[*]}"
    return
  fi
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  [ "${#missing[@]}" -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "These packages are missing, and there is no sudo. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
    say "Missing for building and running; sudo may ask for your password to install them: ${missing[*]}"
  else
    say "Missing for building and running, installing: ${missing[*]}"
  fi
  "${as_root[@]}" apt-get -q update >&2 || say "apt-get update failed; trying with the package lists at hand."
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install --yes --no-install-recommends "${missing[@]}" >&2 ||
    die "apt-get could not install what is missing; its reason stands above."
}
