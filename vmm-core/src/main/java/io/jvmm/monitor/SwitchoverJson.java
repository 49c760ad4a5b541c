package io.jvmm.monitor;

import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.monitor.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attempts to switch over, as QMP says them. */
final class SwitchoverJson {
    private SwitchoverJson() {}

    /** The reply to {@code query-switchover}. */
    static Json of(List<SwitchoverInfo> attempts) {
        List<Json> items = new ArrayList<>();
        for (SwitchoverInfo attempt : attempts) {
            items.add(full(attempt));
        }
        return new Json.Arr(items);
    }

    /** The data of the event SWITCHOVER, which begins the reply too. */
    static Json.Obj summary(SwitchoverInfo attempt) {
        Json.Obj json =
                new Json.Obj()
                        .put("attempt", attempt.attempt().number())
                        .put("role", attempt.attempt().role().label())
                        .put("outcome", attempt.outcome().label())
                        .put("total-ns", attempt.totalNanos());
        known(json, "limit-ns", attempt.limitNanos());
        return json;
    }

    /** The member {@code switchover} of {@code query-migrate}. */
    static Json.Obj brief(SwitchoverInfo info) {
        Json.Obj json = new Json.Obj();
        known(json, "limit-ns", info.limitNanos());
        enforcement(json, info);
        List<Json> phases = new ArrayList<>();
        for (LedgerLine phase : info.phases()) {
            phases.add(new Json.Obj().put("name", phase.describe()).put("ns", phase.spentNanos()));
        }
        json.put("phases", new Json.Arr(phases));
        abort(json, info.abort());
        return json;
    }

    private static Json.Obj full(SwitchoverInfo attempt) {
        Json.Obj json = summary(attempt);
        json.put("downtime", attempt.totalNanos() / 1_000_000);
        json.put("peer", attempt.attempt().peer());
        enforcement(json, attempt);
        abort(json, attempt.abort());
        List<Json> lines = new ArrayList<>();
        attempt.lines().forEach(line -> lines.add(line(line)));
        return json.put("lines", new Json.Arr(lines));
    }

    private static Json.Obj line(LedgerLine line) {
        Json.Obj json =
                new Json.Obj()
                        .put("side", line.side().label())
                        .put("phase", line.phase().label())
                        .put("device", line.device())
                        .put("sum", line.sum().label());
        known(json, "start-ns", line.startNanos());
        return json.put("reserve-ns", line.reserveNanos())
                .put("spent-ns", line.spentNanos())
                .put("slack-ns", line.slackNanos());
    }

    private static void enforcement(Json.Obj json, SwitchoverInfo info) {
        json.put("enforcement", info.enforcement().until())
                .put("watch", info.enforcement().watch())
                .put("stop-clock-ns", info.stopNanoTime());
    }

    private static void abort(Json.Obj json, SwitchoverInfo.@Nullable Abort abort) {
        if (abort == null) {
            return;
        }
        Json.Obj member = new Json.Obj().put("side", abort.side()).put("phase", abort.phase());
        known(member, "watch-late-ns", abort.watchLateNanos());
        known(member, "rollback-ns", abort.rollbackNanos());
        known(member, "resumed-ns", abort.resumedNanos());
        json.put("abort", member);
    }

    private static void known(Json.Obj json, String name, long nanos) {
        if (nanos != SwitchoverInfo.UNKNOWN) {
            json.put(name, nanos);
        }
    }
}
