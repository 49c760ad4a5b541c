package io.jvmm.kernel;

import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationArcs;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioMigration;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A device's migration as a test wants it: any way between two states, the state as an array. */
record MigrationData(VfioMigration migration) {
    private static final int CHUNK = 7; // odd, so that nothing is cut where the device would cut it

    static MigrationData of(VfioBackend device) {
        return new MigrationData(device.migration().orElseThrow());
    }

    DeviceMigrationState state() {
        return migration.state();
    }

    /** Takes the device over the shortest way. */
    void go(DeviceMigrationState to) {
        MigrationArcs.of(migration.support()).path(migration.state(), to).forEach(migration::enter);
    }

    /** All that can be read now. */
    byte[] read() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(CHUNK);
            long length;
            while ((length = migration.read(chunk, 0, CHUNK)) > 0) {
                bytes.writeBytes(chunk.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return bytes.toByteArray();
    }

    void write(byte... bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            for (int at = 0; at < bytes.length; at += CHUNK) {
                migration.write(memory, at, Math.min(CHUNK, bytes.length - at));
            }
        }
    }
}
