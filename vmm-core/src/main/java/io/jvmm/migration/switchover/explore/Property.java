package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.switchover.DestinationHandover;
import io.jvmm.migration.switchover.SourceHandover;
import io.jvmm.migration.switchover.explore.DestinationSide.Load;

/** What must hold in every world that can be reached. */
enum Property {
    NEVER_TWO("never do two sides run the guest") {
        @Override
        boolean holds(World world) {
            return world.runner() != World.Runner.BOTH;
        }
    },
    ABORTED_RUNS_HERE("a guest that was not, or no longer, handed over runs at the source") {
        @Override
        boolean holds(World world) {
            SourceSide source = world.source();
            boolean decides = source.state() == SourceHandover.State.STOPPED;
            return source.isCrashed() || decides || source.runs() == source.state().guestIsHere();
        }
    },
    COMPLETED_RUNS_THERE("a completed guest runs at the destination, while that process lives") {
        @Override
        boolean holds(World world) {
            return world.source().isCrashed()
                    || world.source().state() != SourceHandover.State.COMPLETED
                    || world.destination().runs()
                    || !world.destination().isAlive();
        }
    },
    LOADED_BEFORE_READY("a prepared destination has everything, devices out of RESUMING") {
        @Override
        boolean holds(World world) {
            DestinationSide destination = world.destination();
            return !destination.isAlive()
                    || switch (destination.state()) {
                        case PREPARED, STARTING, RUNNING -> destination.load() == Load.DEVICES;
                        case LOADING, EXPIRED, DROPPED -> true;
                    };
        }
    },
    COMMITTED_AFTER_READY("a source commits only once the destination was prepared") {
        @Override
        boolean holds(World world) {
            boolean committed =
                    !world.source().isCrashed()
                            && world.source().state() == SourceHandover.State.COMMITTED;
            return !committed || !world.destination().isAlive() || wasPrepared(world);
        }

        private static boolean wasPrepared(World world) {
            return switch (world.destination().state()) {
                case PREPARED, STARTING, RUNNING, DROPPED -> true;
                case LOADING, EXPIRED -> false;
            };
        }
    },
    DROPPED_NEVER_RUNS("a destination that gave the guest up never runs it") {
        @Override
        boolean holds(World world) {
            return !world.destination().isAlive()
                    || world.destination().state() != DestinationHandover.State.DROPPED
                    || !world.destination().runs();
        }
    },
    NEVER_REWOUND(
            "a guest that ran at the destination runs at the source on a person's word only") {
        @Override
        boolean holds(World world) {
            return !world.source().runs()
                    || !world.destination().hasRun()
                    || world.source().state() == SourceHandover.State.RESUMED;
        }
    },
    /** Looked at where nothing happens by itself any more. */
    NAMED("a world at rest has a name, and its name tells who runs the guest") {
        @Override
        boolean holds(World world) {
            Advice advice = Outcome.of(world).advice();
            return advice != Advice.NONE && advice.runner() == world.runner();
        }
    },
    /** Looked at where the advice is to do something. */
    HELPED(
            "what the advice says ends the hand-over, and the guest runs, if nothing else goes wrong") {
        @Override
        boolean holds(World world) {
            return true;
        }
    },
    /** Looked at once all worlds are known. */
    ENDS("without further faults every world comes to rest by itself") {
        @Override
        boolean holds(World world) {
            return true;
        }
    };

    private final String text;

    Property(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    abstract boolean holds(World world);
}
