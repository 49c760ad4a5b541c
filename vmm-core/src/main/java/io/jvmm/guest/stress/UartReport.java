package io.jvmm.guest.stress;

/**
 * What the guest says about one of its serial ports.
 *
 * @param bytes received
 * @param errors bytes that did not come back, or not as they were sent; at least 1 if there is no
 *     such port
 */
public record UartReport(long bytes, long errors) {}
