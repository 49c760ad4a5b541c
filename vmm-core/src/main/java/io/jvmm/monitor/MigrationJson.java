package io.jvmm.monitor;

import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RamInfo;
import io.jvmm.monitor.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The reply to {@code query-migrate}: QEMU's members, then {@code switchover}. */
final class MigrationJson {
    private MigrationJson() {}

    static Json.Obj of(MigrationInfo info) {
        Json.Obj json = new Json.Obj();
        if (!info.blockedReasons().isEmpty()) {
            List<Json> reasons = new ArrayList<>();
            info.blockedReasons().forEach(reason -> reasons.add(new Json.Str(reason)));
            json.put("blocked-reasons", new Json.Arr(reasons));
        }
        if (info.status() == MigrationStatus.NONE) {
            return json;
        }
        json.put("status", info.status().label());
        if (info.times() != null) {
            times(json, info.status(), info.times());
        }
        if (info.ram() != null) {
            json.put("ram", ram(info.ram()));
        }
        if (info.vfioTransferred() != null) {
            json.put("vfio", new Json.Obj().put("transferred", info.vfioTransferred()));
        }
        if (info.errorDesc() != null) {
            json.put("error-desc", info.errorDesc());
        }
        if (info.listenUri() != null) {
            json.put("socket-address", Json.array(socketAddress(info.listenUri())));
        }
        if (info.switchover() != null) {
            json.put("switchover", SwitchoverJson.brief(info.switchover()));
        }
        return json;
    }

    private static void times(Json.Obj json, MigrationStatus status, MigrationInfo.Times times) {
        String downtime = status.isRunning() ? "expected-downtime" : "downtime";
        json.put("total-time", times.total())
                .put(downtime, times.downtime())
                .put("setup-time", times.setup());
    }

    private static Json.Obj ram(RamInfo ram) {
        return new Json.Obj()
                .put("total", ram.total())
                .put("postcopy-requests", 0)
                .put("dirty-sync-count", ram.dirtySyncCount())
                .put("multifd-bytes", 0)
                .put("pages-per-second", ram.pages().perSecond())
                .put("downtime-bytes", ram.sent().downtime())
                .put("page-size", RamInfo.PAGE_SIZE)
                .put("remaining", ram.remaining())
                .put("postcopy-bytes", 0)
                .put("mbps", decimal(ram.mbps()))
                .put("transferred", ram.transferred())
                .put("dirty-sync-missed-zero-copy", 0)
                .put("precopy-bytes", ram.sent().precopy())
                .put("duplicate", ram.pages().zero())
                .put("dirty-pages-rate", ram.pages().dirtyRate())
                .put("normal-bytes", ram.pages().normal() * RamInfo.PAGE_SIZE)
                .put("normal", ram.pages().normal());
    }

    private static Json decimal(double value) {
        return new Json.Num(
                Double.isFinite(value) ? BigDecimal.valueOf(value).toPlainString() : "0");
    }

    /** Exactly the members that QEMU gives: drivers refuse any other. */
    private static Json.Obj socketAddress(String uri) {
        int colon = uri.indexOf(':');
        String rest = uri.substring(colon + 1);
        if (uri.startsWith("unix:")) {
            return new Json.Obj().put("type", "unix").put("path", rest);
        }
        int port = rest.lastIndexOf(':');
        String host = rest.substring(0, port).replaceAll("[\\[\\]]", "");
        return new Json.Obj()
                .put("type", "inet")
                .put("host", host)
                .put("port", rest.substring(port + 1));
    }
}
