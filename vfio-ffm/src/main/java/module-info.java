/** Linux, KVM and VFIO through {@code java.lang.foreign}: no JNI and no C. */
module io.jvmm.ffm {
    requires static transitive org.jspecify;

    exports io.jvmm.kvm;
    exports io.jvmm.linux;
    exports io.jvmm.vfio;
    exports io.jvmm.vfio.check;
    exports io.jvmm.vfio.kernel;
    exports io.jvmm.vfio.user;
    exports io.jvmm.vfio.user.server;
}
