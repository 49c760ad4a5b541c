package io.jvmm.vmstate;

/** A device with one field of each kind. */
final class SampleState {
    int control;
    int offset;
    boolean enabled;
    long deadline = -1;
    final long[] counters = new long[2];
    final byte[] fifo = new byte[3];
    final Part[] parts = {new Part(), new Part()};
    final Part main = new Part();
    int model = 7;
    int late;
    int error;
    int loadedVersion;

    static final class Part {
        int value;
        int extra;

        Part with(int newValue, int newExtra) {
            value = newValue;
            extra = newExtra;
            return this;
        }
    }

    static final VmStateDescription<Part> PLAIN_PART =
            VmStateDescription.<Part>named("plain")
                    .field(FieldType.UINT8, "value", p -> p.value, (p, v) -> p.value = (int) v)
                    .build();

    static final VmStateDescription<Part> PART_EXTRA =
            VmStateDescription.<Part>named("part/extra")
                    .field(FieldType.UINT16, "extra", p -> p.extra, (p, v) -> p.extra = (int) v)
                    .build();

    static final VmStateDescription<Part> PART =
            VmStateDescription.<Part>named("part")
                    .field(FieldType.UINT8, "value", p -> p.value, (p, v) -> p.value = (int) v)
                    .preLoad(p -> p.extra = 0)
                    .subsection(PART_EXTRA, p -> p.extra != 0)
                    .build();

    static final VmStateDescription<SampleState> ERROR =
            VmStateDescription.<SampleState>named("sample/error")
                    .version(2)
                    .minimumVersion(1)
                    .field(FieldType.INT32, "error", s -> s.error, (s, v) -> s.error = (int) v)
                    .build();

    static final VmStateDescription<SampleState> SAMPLE =
            VmStateDescription.<SampleState>named("sample")
                    .version(3)
                    .minimumVersion(2)
                    .field(
                            FieldType.UINT16,
                            "control",
                            s -> s.control,
                            (s, v) -> s.control = (int) v)
                    .field(FieldType.INT32, "offset", s -> s.offset, (s, v) -> s.offset = (int) v)
                    .field(
                            FieldType.BOOL,
                            "enabled",
                            s -> s.enabled ? 1 : 0,
                            (s, v) -> s.enabled = v != 0)
                    .field(FieldType.TIMER, "deadline", s -> s.deadline, (s, v) -> s.deadline = v)
                    .array(
                            FieldType.UINT64,
                            "counters",
                            2,
                            (s, i) -> s.counters[i],
                            (s, i, v) -> s.counters[i] = v)
                    .unused(2)
                    .buffer("fifo", 3, s -> s.fifo)
                    .struct("main", PART, s -> s.main)
                    .structArray("parts", 2, PLAIN_PART, (s, i) -> s.parts[i])
                    .equal(FieldType.UINT8, "model", s -> s.model)
                    .field(FieldType.UINT8, "late", s -> s.late, (s, v) -> s.late = (int) v)
                    .since(3)
                    .subsection(ERROR, s -> s.error != 0)
                    .postLoad((s, version) -> s.loadedVersion = version)
                    .build();
}
