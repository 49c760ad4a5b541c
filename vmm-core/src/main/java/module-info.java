/** The virtual machine monitor: guest, devices, migration, monitors, command line. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.jvmm.core {
    requires transitive io.jvmm.savevm;
    requires io.jvmm.ffm;
    requires com.lmax.disruptor;
    requires info.picocli;
    requires java.management;
    requires jdk.jfr;
    requires jdk.management;
    requires org.jnrproject.unixsocket;
    requires tools.jackson.core;
    requires static transitive org.jspecify;

    opens io.jvmm.cli to
            info.picocli;

    exports io.jvmm.migration;
    exports io.jvmm.migration.admission;
    exports io.jvmm.migration.switchover;
}
