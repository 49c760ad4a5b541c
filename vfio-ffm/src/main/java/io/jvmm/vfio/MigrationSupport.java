package io.jvmm.vfio;

/**
 * What a device's migration can do ({@code VFIO_DEVICE_FEATURE_MIGRATION}); STOP_COPY is a given.
 *
 * @param p2p whether it has the P2P states
 * @param preCopy whether it has the PRE_COPY states
 */
public record MigrationSupport(boolean p2p, boolean preCopy) {}
