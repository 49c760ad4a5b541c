package io.jvmm.savevm;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.ArrayList;
import java.util.List;

/** Writes one byte for each phase, and records what is called. */
final class FakeIterable implements SaveVmHandlers {
    final List<String> calls = new ArrayList<>();
    boolean hasState;
    private final String name;

    FakeIterable(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int versionId() {
        return 4;
    }

    @Override
    public void saveSetup(StreamWriter out) {
        calls.add("setup");
        out.putU8('s');
    }

    @Override
    public long pendingEstimate() {
        return 100;
    }

    @Override
    public long pendingExact() {
        return 120;
    }

    @Override
    public boolean saveIterate(StreamWriter out) {
        calls.add("iterate");
        out.putU8('i');
        return true;
    }

    @Override
    public void finalSync() {
        calls.add("finalSync");
    }

    @Override
    public void saveComplete(StreamWriter out) {
        calls.add("complete");
        out.putU8('c');
    }

    @Override
    public boolean hasState() {
        return hasState;
    }

    @Override
    public void saveState(StreamWriter out) {
        calls.add("state");
        out.putU8('f');
    }

    @Override
    public void saveAbandoned() {
        calls.add("saveAbandoned");
    }

    @Override
    public void saveRestart(StreamWriter out) {
        calls.add("restart");
        out.putU8('r');
    }

    @Override
    public void loadAbandoned() {
        calls.add("loadAbandoned");
    }

    @Override
    public void saveCleanup() {
        calls.add("saveCleanup");
    }

    @Override
    public void loadSetup() {
        calls.add("loadSetup");
    }

    @Override
    public void loadState(StreamReader in, int streamVersion) {
        long position = in.position();
        int value = in.getU8();
        if (value == 'x') {
            throw new StreamFormatException("Bad value: value=" + value, position);
        }
        calls.add("load " + (char) value + " v" + streamVersion);
    }

    @Override
    public void loadCleanup() {
        calls.add("loadCleanup");
    }
}
