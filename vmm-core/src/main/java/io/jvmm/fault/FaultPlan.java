package io.jvmm.fault;

import io.jvmm.fault.Trigger.After;
import io.jvmm.fault.Trigger.AtByte;
import io.jvmm.fault.Trigger.AtMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What goes wrong in one migration, and when.
 *
 * @param faults in no order
 */
public record FaultPlan(List<PlannedFault> faults) {
    /** Nothing goes wrong. */
    public static final FaultPlan NONE = new FaultPlan(List.of());

    private static final long MAX_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MAX_STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long MAX_LATER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SLOWEST_LINE = 256 << 10;
    private static final int MAX_SHIFT_OF_RATE = 8;
    private static final int MAX_SHIFT_OF_BYTE = 22;
    private static final int MAX_LOST_CONNECTIONS = 3;

    private static final List<Message> ALL = List.of(Message.values());

    /** The messages of a switchover that goes well come often, the others seldom. */
    private static final List<Message> USUAL =
            List.of(
                    Message.SESSION,
                    Message.SOURCE_DOWNTIME,
                    Message.END_OF_STREAM,
                    Message.READY,
                    Message.GO,
                    Message.STARTED);

    /** Copies the list. */
    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /**
     * Draws a plan: nothing in one of four, else one fault or the same in both directions, and
     * often some of the connections after it are lost, too.
     *
     * @param seed the same seed, the same plan
     * @return the plan
     */
    public static FaultPlan of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        if (random.nextInt(4) == 0) {
            return NONE;
        }
        List<PlannedFault> faults = new ArrayList<>();
        Trigger trigger = trigger(random);
        Fault fault = fault(random);
        boolean both = random.nextBoolean();
        Direction one = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
        for (Direction direction : Direction.values()) {
            if (both || direction == one) {
                faults.add(new PlannedFault(trigger, new Place(0, direction), fault));
            }
        }
        addLostConnections(random, faults);
        return new FaultPlan(faults);
    }

    private static void addLostConnections(SplittableRandom random, List<PlannedFault> faults) {
        int lost = random.nextInt(2) == 0 ? 0 : random.nextInt(1, MAX_LOST_CONNECTIONS + 1);
        for (int connection = 1; connection <= lost; connection++) {
            Place place =
                    new Place(
                            connection,
                            random.nextInt(4) == 0 ? Direction.BACKWARD : Direction.FORWARD);
            Fault how = random.nextInt(4) == 0 ? new Fault.HalfClose() : new Fault.Cut();
            long position = random.nextBoolean() ? 0 : random.nextInt(64);
            faults.add(new PlannedFault(new AtByte(place, position), place, how));
        }
    }

    private static Trigger trigger(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 ->
                    new AtByte(
                            Place.forward(0),
                            random.nextLong(1L << random.nextInt(1, MAX_SHIFT_OF_BYTE + 1)));
            case 1 ->
                    new After(
                            new AtMessage(0, Message.SOURCE_DOWNTIME, 1, 0),
                            random.nextLong(1, MAX_LATER_NANOS));
            default -> atMessage(random);
        };
    }

    private static AtMessage atMessage(SplittableRandom random) {
        Message message =
                random.nextInt(4) == 0
                        ? ALL.get(random.nextInt(ALL.size()))
                        : USUAL.get(random.nextInt(USUAL.size()));
        int offset =
                switch (random.nextInt(3)) {
                    case 0 -> 0;
                    case 1 -> message.length();
                    default -> random.nextInt(message.length());
                };
        return new AtMessage(0, message, random.nextInt(4) == 0 ? 2 : 1, offset);
    }

    private static Fault fault(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Fault.Drop();
            case 2, 3 -> new Fault.Cut();
            case 4 -> new Fault.HalfClose();
            case 5 -> new Fault.Stall(random.nextLong(1, MAX_STALL_NANOS));
            case 6 -> new Fault.Delay(random.nextLong(1, MAX_DELAY_NANOS));
            default -> new Fault.Throttle(SLOWEST_LINE << random.nextInt(0, MAX_SHIFT_OF_RATE + 1));
        };
    }
}
