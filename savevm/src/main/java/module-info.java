/** Saving and loading guest state: device descriptions, RAM, and the save and load drivers. */
module io.jvmm.savevm {
    requires transitive io.jvmm.stream;
    requires static transitive org.jspecify;

    exports io.jvmm.savevm;
    exports io.jvmm.savevm.ram;
    exports io.jvmm.vmstate;
}
