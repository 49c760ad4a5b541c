package io.jvmm.cli.soak;

import io.jvmm.fault.FaultPlan;
import io.jvmm.fault.FaultProxy;
import io.jvmm.monitor.json.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** The way between the two sides: the destination listens, and a proxy stands before it. */
final class Link {
    private Link() {}

    /** Has the destination listen, and opens the way to it. */
    static FaultProxy open(Vmm destination, boolean tcp, Path directory, FaultPlan plan) {
        // A destination that has not heard the last word still listens where it did.
        Path socket = directory.resolve("destination-" + System.nanoTime());
        destination.ask(
                "migrate-incoming",
                new Json.Obj()
                        .put("uri", tcp ? "tcp:127.0.0.1:0" : "unix:" + socket)
                        .put("exit-on-error", false));
        return tcp
                ? new FaultProxy(loopback(0), loopback(port(destination.migration())), plan)
                : new FaultProxy(
                        UnixDomainSocketAddress.of(directory.resolve("proxy")),
                        UnixDomainSocketAddress.of(socket),
                        plan);
    }

    private static SocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static int port(Json.Obj migration) {
        if (migration.find("socket-address").orElse(null) instanceof Json.Arr(List<Json> list)
                && list.getFirst() instanceof Json.Obj address) {
            return Integer.parseInt(address.string("port"));
        }
        throw new IllegalStateException("The destination does not listen: " + migration);
    }
}
