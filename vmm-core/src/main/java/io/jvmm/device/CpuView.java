package io.jvmm.device;

import io.jvmm.guest.CpuState;
import java.util.Arrays;

/** A vCPU as its section describes it: with array elements that fields can be declared on. */
final class CpuView {
    private static final int ELEMENTS = 16;

    final CpuState cpu;

    /** The hidden flags as the stream had them; they are computed when saving. */
    int loadedHiddenFlags;

    /** How the stream says that x87 registers are stored; only 0 exists. */
    int loadedFpuFormat;

    private final Element[] elements = new Element[ELEMENTS];

    CpuView(CpuState cpu) {
        this.cpu = cpu;
        Arrays.setAll(elements, i -> new Element(cpu, i));
    }

    Element element(int index) {
        return elements[index];
    }

    /** The parts of a vCPU's arrays that belong to one index. */
    record Element(CpuState cpu, int index) {
        int low() {
            return 2 * index;
        }

        int high() {
            return 2 * index + 1;
        }
    }
}
