#!/usr/bin/env bash
# Measures the method on Fashion-MNIST, and installs that before where it is missing and can be installed.
#
#   studies/fashion.sh [OPTION...]
#
# Options go to `./duet fashion`; without any, three seeds are run and docs/measured/fashion.md is written. The data set is
# Debian's package dataset-fashion-mnist (31 MB, MIT licence). Where it is neither there nor to be had, nothing is measured:
# a line says so, and the exit code is 0.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
package=dataset-fashion-mnist
data=/usr/share/datasets/fashion-mnist

case ${1:-} in
    -h | --help)
        sed -n -e 1d -e '/^#/!q' -e 's/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit 0
        ;;
esac

is_there() {
    local part kind
    for part in train t10k; do
        for kind in images-idx3 labels-idx1; do
            [ -f "$data/$part-$kind-ubyte.gz" ] || return 1
        done
    done
}

install() {
    command -v apt-get > /dev/null || return 1
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        # Nobody may be there to type a password.
        command -v sudo > /dev/null && sudo -n true 2> /dev/null || return 1
        as_root=(sudo -n)
    fi
    echo "Installing $package ..." >&2
    ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$package" >&2
}

if ! is_there; then
    install || true
    if ! is_there; then
        echo "Fashion-MNIST is not in $data and cannot be installed (apt-get install $package): skipped"
        exit 0
    fi
fi

if [ $# -eq 0 ]; then
    work=$(mktemp -d "${TMPDIR:-/tmp}/duet-fashion.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    set -- --seed 1,2,3 --out "$work/fashion" --report "$root/docs/measured/fashion.md"
fi
"$root/duet" fashion "$@"
