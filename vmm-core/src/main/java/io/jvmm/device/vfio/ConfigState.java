package io.jvmm.device.vfio;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/** What a device's own stream does not hold and its owner has to carry: the PCI configuration. */
public interface ConfigState {
    /**
     * Writes it.
     *
     * @param out the stream
     */
    void saveConfig(StreamWriter out);

    /**
     * Reads it and puts it into effect.
     *
     * @param in the stream
     */
    void loadConfig(StreamReader in);
}
