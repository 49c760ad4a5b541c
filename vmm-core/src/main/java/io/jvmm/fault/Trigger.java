package io.jvmm.fault;

/** What sets a fault off. */
public sealed interface Trigger {
    /**
     * Where it is watched for.
     *
     * @return one direction of one connection
     */
    Place place();

    /**
     * So many bytes have passed. 0: the connection is about to be made.
     *
     * @param place where
     * @param position how many
     */
    record AtByte(Place place, long position) implements Trigger {
        /** Checks the sign. */
        public AtByte {
            if (position < 0) {
                throw new IllegalArgumentException("Negative: position=" + position);
            }
        }
    }

    /**
     * A message comes by.
     *
     * @param connection of which connection; the message knows its direction
     * @param message which message
     * @param occurrence the how manieth of its kind, from 1
     * @param offset how many of its bytes pass before the fault: 0 = it is not heard at all, {@link
     *     Message#length} = it is heard
     */
    record AtMessage(int connection, Message message, int occurrence, int offset)
            implements Trigger {
        /** Checks the signs. */
        public AtMessage {
            if (occurrence < 1 || offset < 0) {
                throw new IllegalArgumentException(
                        "No such place in the stream: occurrence=%d offset=%d"
                                .formatted(occurrence, offset));
            }
        }

        @Override
        public Place place() {
            return new Place(connection, message.direction());
        }
    }

    /**
     * Some time after another trigger.
     *
     * @param first the other one
     * @param nanos how long after it
     */
    record After(Trigger first, long nanos) implements Trigger {
        /** Checks the sign. */
        public After {
            if (nanos <= 0) {
                throw new IllegalArgumentException("Not positive: nanos=" + nanos);
            }
        }

        @Override
        public Place place() {
            return first.place();
        }
    }
}
