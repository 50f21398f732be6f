#!/usr/bin/env bash
# Measures time and memory of Duet on logs of made-up users: one log of each size is written, inspected, trained on and
# evaluated, each by a process of its own under GNU time.
#
#   bench/scale.sh [--sizes 1,5,25] [--samples 2000000] [--backbone sasrec] [--work DIR] [--report PAGE]
#
# Sizes are millions of interactions. A log of n million has n x 8,000 users and n x 4,000 items, so that users times
# items grow with the square of what memory should grow with. Training runs one epoch of each phase, cut to --samples
# positives; the whole epoch is reckoned from its speed. Prints a table, and writes it, as a page and as JSON, to
# --report. Options for the JVM go into DUET_JAVA_OPTS; the launcher's own limit is -Xmx2g.
set -euo pipefail

fail() {
    printf 'scale: %s\n' "$1" >&2
    exit "${2:-1}"
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
sizes=1,5,25
samples=2000000
backbone=sasrec
work=${TMPDIR:-/tmp}/duet-scale
report=

while [ $# -gt 0 ]; do
    case $1 in
        --sizes | --samples | --backbone | --work | --report) [ $# -ge 2 ] || fail "$1 needs a value" 2 ;;
    esac
    case $1 in
        --sizes) sizes=$2 ;;
        --samples) samples=$2 ;;
        --backbone) backbone=$2 ;;
        --work) work=$2 ;;
        --report) report=$2 ;;
        -h | --help)
            sed -n -e 1d -e '/^#/!q' -e 's/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) fail "unknown option $1 (see --help)" 2 ;;
    esac
    shift 2
done
case $sizes in
    '' | *[!0-9,]*) fail "--sizes $sizes is no list of millions such as 1,5,25" 2 ;;
esac
case $samples in
    '' | *[!0-9]*) fail "--samples $samples is no number" 2 ;;
esac

clock=
for candidate in gtime /usr/bin/time; do
    if command -v "$candidate" > /dev/null && "$candidate" --version 2>&1 | grep -q GNU; then
        clock=$candidate
        break
    fi
done
[ -n "$clock" ] || fail "GNU time is not installed: apt-get install time, dnf install time or brew install gnu-time"

mkdir -p "$work"
rows=$work/rows
: > "$rows"

# The launcher builds what is missing, which is no part of what is measured. The file is not there, so nothing else is
# done.
"$root/duet" train --data "$work/none" --backbone "$backbone" --out "$work/none" > /dev/null 2>&1 || true

# The value of a line of GNU time's report.
timed() { sed -n "s/^\t$1: //p" "$2"; }

# Runs one step and notes what it took: step SIZE NAME COMMAND...
step() {
    local size=$1 name=$2 log=$work/$1m.$2.log times=$work/$1m.$2.time
    shift 2
    printf '%s million: %s ...\n' "$size" "$name" >&2
    if ! "$clock" -v -o "$times" "$root/duet" "$@" > "$log" 2>&1; then
        tail -n 5 "$log" >&2
        fail "$name of $size million interactions failed; all it said is in $log"
    fi
    local wall busy kilobytes
    # Hours, where there are any, minutes and seconds.
    wall=$(timed 'Elapsed (wall clock) time (h:mm:ss or m:ss)' "$times" \
        | awk -F: '{ s = 0; for (i = 1; i <= NF; i++) s = 60 * s + $i; printf "%.1f", s }')
    busy=$(awk '/User time|System time/ { s += $NF } END { printf "%.1f", s }' "$times")
    kilobytes=$(timed 'Maximum resident set size (kbytes)' "$times")
    printf '%s %s %s %s %s\n' "$size" "$name" "$wall" "$busy" "$kilobytes" >> "$rows"
}

for size in ${sizes//,/ }; do
    data=$work/${size}m.csv
    model=$work/${size}m.model
    step "$size" synthesize synthesize --out "$data" --users $((size * 8000)) --items $((size * 4000)) \
        --interactions 125
    step "$size" inspect inspect --data "$data"
    step "$size" train train --data "$data" --backbone "$backbone" --epochs 1 \
        --samples "$samples" --out "$model"
    step "$size" evaluate evaluate --bundle "$model" --data "$data" \
        --json "$work/${size}m.json"
done

# What training said of itself: how long whole epochs would take, and how long it prepared.
said() {
    sed -n -e '/^[A-Z][a-z ]*: an epoch scored/p' -e '/^Model /s/.*trained in/Trained in/p' "$work/$1m.train.log"
}

table() {
    printf '| Interactions | Users | Items | Step | Seconds | Processor seconds | Memory, most (MiB) |\n'
    printf '|--:|--:|--:|---|--:|--:|--:|\n'
    local size name wall busy kilobytes
    while read -r size name wall busy kilobytes; do
        printf '| %s,000,000 | %s,000 | %s,000 | %s | %s | %s | %s |\n' "$size" $((size * 8)) $((size * 4)) "$name" \
            "$wall" "$busy" $(((kilobytes + 1023) / 1024))
    done < "$rows"
}

json() {
    local size name wall busy kilobytes separator=''
    printf '{\n  "samples": %s,\n  "backbone": "%s",\n  "javaOptions": "%s",\n  "steps": [' "$samples" "$backbone" \
        "${DUET_JAVA_OPTS:-}"
    while read -r size name wall busy kilobytes; do
        printf '%s\n    {"interactions": %s000000, "users": %s000, "items": %s000, "step": "%s", "seconds": %s,' \
            "$separator" "$size" $((size * 8)) $((size * 4)) "$name" "$wall"
        printf ' "processorSeconds": %s, "kibibytes": %s}' "$busy" "$kilobytes"
        separator=,
    done < "$rows"
    printf '\n  ]\n}\n'
}

table
for size in ${sizes//,/ }; do
    said "$size" | sed "s/^/$size million: /"
done
json > "$work/scale.json"

if [ -n "$report" ]; then
    numbers=${report%.md}
    mkdir -p "$numbers"
    cp "$work/scale.json" "$numbers/scale.json"
    {
        printf '# Time and memory by size of the log\n\n'
        printf 'Made by `bench/scale.sh --sizes %s --samples %s --backbone %s`%s.\n' "$sizes" "$samples" "$backbone" \
            "${DUET_JAVA_OPTS:+ with \`DUET_JAVA_OPTS=$DUET_JAVA_OPTS\`}"
        printf 'Memory is the most that a whole process held (resident set: heap, native memory, libraries,\n'
        printf 'mapped files).\n\n'
        table
        printf '\n'
        for size in ${sizes//,/ }; do
            said "$size" | sed "s/^/- $size million interactions. /"
        done
        printf '\nThe numbers as JSON: [scale.json](%s/scale.json).\n' "$(basename "$numbers")"
    } > "$report"
    printf 'Report in %s\n' "$report"
fi
