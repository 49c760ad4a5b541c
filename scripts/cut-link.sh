#!/bin/sh
# Cuts the link at each message of the switchover, between two network namespaces, and writes what
# each side then says into docs/cut-link.md, between its markers. Needs root, iproute2 and a build's
# libraries (Maven works offline in a namespace).
#
# --run-in-namespaces COMMAND…  makes the namespaces, runs the command in the first one, removes them.
set -eu

root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
page=$root/docs/cut-link.md
here=jvmm-cut-a
there=jvmm-cut-b
device=veth-b
address=10.77.0.2

skip() {
    printf 'cut-link: skipped: %s\n' "$*" >&2
    exit 77
}

[ "$(id -u)" = 0 ] || skip "needs root"
command -v ip >/dev/null || skip "needs iproute2"
ip netns add "$here" 2>/dev/null || skip "network namespaces are not allowed here, or one is left over: $here"
trap 'ip netns del "$here"; ip netns del "$there" 2>/dev/null' EXIT
ip netns add "$there" || skip "network namespaces are not allowed here"
ip link add veth-a netns "$here" type veth peer name "$device" netns "$there" || skip "no veth pairs here"
ip -n "$here" addr add 10.77.0.1/24 dev veth-a
ip -n "$there" addr add "$address/24" dev "$device"
ip -n "$here" link set veth-a up
ip -n "$there" link set "$device" up
ip -n "$here" link set lo up
ip -n "$there" link set lo up

table=$(mktemp)
options="-Djvmm.test.netns=$there -Djvmm.test.netns.address=$address
    -Djvmm.test.netns.device=$device -Djvmm.test.netns.table=$table"
if [ "${1:-}" = --run-in-namespaces ]; then
    shift
    # shellcheck disable=SC2086 # options are words
    JVMM_TEST_OPTIONS=$(echo $options) ip netns exec "$here" "$@"
else
    # shellcheck disable=SC2086 # options are words
    (cd "$root" && ip netns exec "$here" mvn -o -q -B -pl vmm-core -am -Dtest=CutLinkTest \
        -Dsurefire.failIfNoSpecifiedTests=false -Dimage.skip=true \
        "-Dtest.jvm.options=$(echo $options)" package)
fi

[ -s "$table" ] || { rm -f "$table"; echo "cut-link: no table was written" >&2; exit 1; }
awk -v table="$table" '
    /^<!-- cut-link: begin -->/ { print; while ((getline line < table) > 0) print line; skipping = 1 }
    /^<!-- cut-link: end -->/ { skipping = 0 }
    !skipping && !/^<!-- cut-link: begin -->/ { print }' "$page" >"$page.new"
mv "$page.new" "$page"
rm -f "$table"
