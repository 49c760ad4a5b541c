package io.jvmm.linux;

/**
 * An ioctl request; its number is computed as {@code asm-generic/ioctl.h} lays it out.
 *
 * <pre>
 *   31 30 | 29 … 16 | 15 … 8 | 7 … 0
 *   dir   | size    | type   | number
 * </pre>
 *
 * @param name the kernel header's name, for messages
 * @param direction which way the argument is copied
 * @param type the subsystem's letter, 8 bits
 * @param number the request within the subsystem, 8 bits
 * @param size bytes of the argument that the request number names, 14 bits
 */
public record Ioctl(String name, Direction direction, int type, int number, int size) {
    /** Which way the kernel copies the argument. */
    public enum Direction {
        /** The argument is no memory, or the request number does not say ({@code _IO}). */
        NONE(0),
        /** The kernel reads it ({@code _IOW}). */
        WRITE(1),
        /** The kernel fills it ({@code _IOR}). */
        READ(2),
        /** Both ({@code _IOWR}). */
        READ_WRITE(3);

        private final int code;

        Direction(int code) {
            this.code = code;
        }

        /**
         * The kernel's code.
         *
         * @return two bits
         */
        public int code() {
            return code;
        }
    }

    /**
     * Checks the widths.
     *
     * @throws IllegalArgumentException if a part does not fit its bits
     */
    public Ioctl {
        if ((type & ~0xff) != 0 || (number & ~0xff) != 0 || (size & ~0x3fff) != 0) {
            throw new IllegalArgumentException(
                    "Not an ioctl: name="
                            + name
                            + " type="
                            + type
                            + " number="
                            + number
                            + " size="
                            + size);
        }
    }

    /**
     * A request without memory ({@code _IO}).
     *
     * @param name the kernel header's name
     * @param type the subsystem's letter
     * @param number the request
     * @return the request
     */
    public static Ioctl none(String name, int type, int number) {
        return new Ioctl(name, Direction.NONE, type, number, 0);
    }

    /**
     * A request whose argument the kernel fills ({@code _IOR}).
     *
     * @param name the kernel header's name
     * @param type the subsystem's letter
     * @param number the request
     * @param size bytes of the argument
     * @return the request
     */
    public static Ioctl read(String name, int type, int number, long size) {
        return new Ioctl(name, Direction.READ, type, number, Math.toIntExact(size));
    }

    /**
     * A request whose argument the kernel reads ({@code _IOW}).
     *
     * @param name the kernel header's name
     * @param type the subsystem's letter
     * @param number the request
     * @param size bytes of the argument
     * @return the request
     */
    public static Ioctl write(String name, int type, int number, long size) {
        return new Ioctl(name, Direction.WRITE, type, number, Math.toIntExact(size));
    }

    /**
     * A request whose argument the kernel reads and fills ({@code _IOWR}).
     *
     * @param name the kernel header's name
     * @param type the subsystem's letter
     * @param number the request
     * @param size bytes of the argument
     * @return the request
     */
    public static Ioctl readWrite(String name, int type, int number, long size) {
        return new Ioctl(name, Direction.READ_WRITE, type, number, Math.toIntExact(size));
    }

    /**
     * The request number as the kernel takes it.
     *
     * @return 32 bits, zero extended
     */
    public long request() {
        return (long) direction.code << 30 | (long) size << 16 | (long) type << 8 | number;
    }
}
