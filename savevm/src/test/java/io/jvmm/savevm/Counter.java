package io.jvmm.savevm;

import io.jvmm.vmstate.FieldType;
import io.jvmm.vmstate.VmStateDescription;

/** A device with one byte, and another one that is sent only if it is not zero. */
final class Counter {
    int value;
    int extra;

    static final VmStateDescription<Counter> COUNTER =
            VmStateDescription.<Counter>named("counter")
                    .version(3)
                    .minimumVersion(2)
                    .field(FieldType.UINT8, "value", c -> c.value, (c, v) -> c.value = (int) v)
                    .subsection(
                            VmStateDescription.<Counter>named("counter/extra")
                                    .field(
                                            FieldType.UINT8,
                                            "extra",
                                            c -> c.extra,
                                            (c, v) -> c.extra = (int) v)
                                    .build(),
                            c -> c.extra != 0)
                    .build();
}
