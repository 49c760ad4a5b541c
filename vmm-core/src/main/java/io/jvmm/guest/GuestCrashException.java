package io.jvmm.guest;

/** The guest did what no processor or board can go on from; the guest's failure, not the VMM's. */
public final class GuestCrashException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * A crash with its reason.
     *
     * @param message what the guest did, with the address
     */
    public GuestCrashException(String message) {
        super(message);
    }
}
