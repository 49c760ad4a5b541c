package io.jvmm.cli.demo;

/** A process that a story started. */
interface Child extends AutoCloseable {
    /** Ends it: in order, and by force if that does not help. */
    @Override
    void close();
}
