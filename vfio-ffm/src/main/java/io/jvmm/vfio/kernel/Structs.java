package io.jvmm.vfio.kernel;

import io.jvmm.linux.Ioctl;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;

/** What the structs and requests have in common. */
final class Structs {
    private static final int TYPE = ';';
    private static final int VFIO_BASE = 100;

    private Structs() {}

    /** A request of {@code linux/vfio.h}: all are {@code _IO}, their structs say their size. */
    static Ioctl vfio(String name, int number) {
        return Ioctl.none(name, TYPE, VFIO_BASE + number);
    }

    /** A request of {@code linux/iommufd.h}. */
    static Ioctl iommufd(String name, int number) {
        return Ioctl.none(name, TYPE, number);
    }

    /** Offset of a field by its C name. */
    static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }
}
