package io.jvmm.fault;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Looks for the triggers of one direction in the bytes that come. On the proxy's thread. */
final class TriggerWatch {
    private final List<Awaited> awaited = new ArrayList<>();
    private final List<Reached> places = new ArrayList<>();
    private long lastEightBytes;

    /** A fault that waits for a message. */
    private static final class Awaited {
        private final PlannedFault fault;
        private final Trigger.AtMessage when;
        private int seen;

        private Awaited(PlannedFault fault, Trigger.AtMessage when) {
            this.fault = fault;
            this.when = when;
        }

        private boolean isThisOne(long lastEightBytes) {
            return when.message().endsWithHead(lastEightBytes) && ++seen == when.occurrence();
        }
    }

    /** A fault whose place in the stream is known. */
    private record Reached(PlannedFault fault, long position) {}

    TriggerWatch(List<PlannedFault> faults) {
        for (PlannedFault fault : faults) {
            switch (first(fault.when())) {
                case Trigger.AtByte(Place _, long position) ->
                        places.add(new Reached(fault, position));
                case Trigger.AtMessage message -> awaited.add(new Awaited(fault, message));
                case Trigger.After _ -> throw new AssertionError("The first is no other's");
            }
        }
    }

    private static Trigger first(Trigger trigger) {
        return trigger instanceof Trigger.After(Trigger before, long _) ? first(before) : trigger;
    }

    /**
     * Looks for messages in bytes that have just come.
     *
     * @param position how many bytes came before them
     */
    void look(ByteBuffer bytes, long position) {
        int start = bytes.position();
        for (int i = start; i < bytes.limit() && !awaited.isEmpty(); i++) {
            lastEightBytes = lastEightBytes << Byte.SIZE | Byte.toUnsignedLong(bytes.get(i));
            for (int k = awaited.size() - 1; k >= 0; k--) {
                Awaited each = awaited.get(k);
                if (each.isThisOne(lastEightBytes)) {
                    awaited.remove(k);
                    long head = position + i - start + 1 - each.when.message().headLength();
                    places.add(new Reached(each.fault, head + each.when.offset()));
                }
            }
        }
    }

    /** The next position at which something is set off. */
    long next() {
        long next = Long.MAX_VALUE;
        for (Reached place : places) {
            next = Math.min(next, place.position);
        }
        return next;
    }

    /** What is set off once so many bytes have passed; once. */
    List<PlannedFault> setOff(long passed) {
        List<PlannedFault> due = new ArrayList<>();
        places.removeIf(place -> place.position <= passed && due.add(place.fault));
        return due;
    }
}
