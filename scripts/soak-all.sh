#!/bin/sh
# The long soak: 10,000 switchovers, of which 500 between processes and 100 with processes killed and
# frozen, on interp and on kvm. Ends with status 1 if any of them saw a violation.
# The figures of the guest's pauses mean something on an idle machine only: each part prints the load.
# SEED chooses the first guest of each part (1).
set -u

jvmm=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")/jvmm
seed=${SEED:-1}
status=0

part() {
    printf '== jvmm soak %s --seed %s\n' "$*" "$seed"
    "$jvmm" soak "$@" --seed "$seed" 2>/dev/null || status=1
}

accels=interp
[ -w /dev/kvm ] && accels="interp kvm" || echo "soak-all: /dev/kvm is missing: interp only" >&2
for accel in $accels; do
    part --accel "$accel" --switchovers 4700 --for 1h
    JVMM_JAVA_OPTIONS="${JVMM_JAVA_OPTIONS:-} -XX:TieredStopAtLevel=1"
    export JVMM_JAVA_OPTIONS
    part --accel "$accel" --switchovers 250 --for 1h --processes
    part --accel "$accel" --switchovers 50 --for 1h --kill
    unset JVMM_JAVA_OPTIONS
done
exit "$status"
