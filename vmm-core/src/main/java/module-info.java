/** The virtual machine monitor: guest, devices, migration, monitors, command line. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.jvmm.core {
    requires transitive io.jvmm.savevm;
    requires io.jvmm.ffm;
    requires com.lmax.disruptor;
    requires info.picocli;
    requires jdk.management;
    requires org.jnrproject.unixsocket;
    requires tools.jackson.core;
    requires static transitive org.jspecify;

    exports io.jvmm.migration;
    exports io.jvmm.migration.switchover;
}
