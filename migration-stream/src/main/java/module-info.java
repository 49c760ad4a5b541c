/** The binary migration stream of QEMU: codec, frames and channels. */
module io.jvmm.stream {
    requires transitive io.jvmm.ffm;
    requires static transitive org.jspecify;

    exports io.jvmm.stream;
    exports io.jvmm.stream.channel;
    exports io.jvmm.stream.wire;
}
