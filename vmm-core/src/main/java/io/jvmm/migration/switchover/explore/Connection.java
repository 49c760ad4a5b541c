package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.switchover.explore.Word.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection and what is in flight on it, the oldest first.
 *
 * @param isOpen whether more can be sent; what is in flight on a closed one may still arrive
 * @param down towards the destination
 * @param up towards the source
 */
record Connection(boolean isOpen, List<Message> down, List<Message> up) {
    static final Connection NONE = new Connection(false, List.of(), List.of());
    static final Connection NEW = new Connection(true, List.of(), List.of());

    private static final int IN_FLIGHT = 3;

    /** Towards the destination; into nowhere if it is closed, which it is when it is full. */
    Connection sendDown(Message message) {
        if (!isOpen || down.size() == IN_FLIGHT) {
            return closed();
        }
        return new Connection(true, append(down, message), up);
    }

    /** Towards the source, in the same way. */
    Connection sendUp(Message message) {
        if (!isOpen || up.size() == IN_FLIGHT) {
            return closed();
        }
        return new Connection(true, down, append(up, message));
    }

    Connection closed() {
        return isOpen ? new Connection(false, down, up) : this;
    }

    Connection withoutDown(int which) {
        return new Connection(isOpen, without(down, which), up);
    }

    Connection withoutUp(int which) {
        return new Connection(isOpen, down, without(up, which));
    }

    /** The destination's process is gone: nobody reads what was on the way to it. */
    Connection destinationGone() {
        return new Connection(false, List.of(), up);
    }

    /** The same for the source's. */
    Connection sourceGone() {
        return new Connection(false, down, List.of());
    }

    boolean isEmpty() {
        return down.isEmpty() && up.isEmpty();
    }

    private static List<Message> append(List<Message> list, Message message) {
        List<Message> longer = new ArrayList<>(list);
        longer.add(message);
        return List.copyOf(longer);
    }

    private static List<Message> without(List<Message> list, int which) {
        List<Message> shorter = new ArrayList<>(list);
        shorter.remove(which);
        return List.copyOf(shorter);
    }

    @Override
    public String toString() {
        if (this.equals(NONE)) {
            return "-";
        }
        return (isOpen ? "open" : "cut") + " down" + down + " up" + up;
    }
}
