#!/bin/sh
# Checks the image in $1 with nothing of Java around: it must bring all it needs.
set -eu

jvmm=$1/bin/jvmm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "image check: $*" >&2
    exit 1
}

bare() {
    env -i "$jvmm" "$@"
}

bare --version | grep -q '^jvmm [0-9]' || fail "--version"

status=0
bare -no-such-option 2>"$work/error" || status=$?
[ "$status" -eq 1 ] || fail "an unknown option gives status $status"
grep -q 'invalid option' "$work/error" || fail "an unknown option is not named"

echo quit | bare -machine none -m 1M -monitor stdio | grep -q '(qemu)' || fail "no monitor on stdio"

env -i "$jvmm" -machine none -m 1M -pidfile "$work/pid" \
    -qmp "unix:$work/qmp,server=on,wait=off" 2>"$work/log" &
tries=0
until [ -S "$work/qmp" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || fail "no QMP socket: $(cat "$work/log")"
    sleep 0.1
done
kill -TERM "$(cat "$work/pid")"
status=0
wait $! || status=$?
[ "$status" -eq 0 ] || fail "SIGTERM gives status $status"
[ ! -e "$work/qmp" ] || fail "the socket is left behind"
[ ! -e "$work/pid" ] || fail "the pid file is left behind"
