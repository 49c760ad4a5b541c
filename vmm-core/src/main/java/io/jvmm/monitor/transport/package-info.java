/**
 * How monitors are reached: standard input and output, UNIX sockets, TCP; as server or as client.
 *
 * <p>UNIX sockets go through jnr-unixsocket and let in only processes of the user that this process
 * runs as. TCP listens on the loopback interface unless an address is named.
 */
@NullMarked
package io.jvmm.monitor.transport;

import org.jspecify.annotations.NullMarked;
