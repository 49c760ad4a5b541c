package io.jvmm.device;

/** Where the bytes go that the guest sends. Called on vCPU threads, one at a time. */
@FunctionalInterface
public interface SerialOutput {

    /**
     * The guest has sent a byte.
     *
     * @param octet 0 to 255
     */
    void send(int octet);
}
