/**
 * The messages of vfio-user 0.2, for both directions: a client's commands are a server's requests.
 *
 * <pre>
 *   Command, MessageHeader               16 bytes before every message
 *   DeviceMessages, MigrationMessages    payloads: views over the memory they travel in
 *   Capabilities ─► Json                 what both sides can do, as text
 *   MessageWriter, MessageReader         one message at a time over a DescriptorSocket
 * </pre>
 *
 * <p>All numbers are in the host's byte order, all fields packed. Whoever sends is hostile:
 * lengths, codes and counts are checked before they are used, and what is wrong is a {@link
 * io.jvmm.vfio.VfioException} with the value.
 *
 * <p>Threads: views and the writer, the reader belong to one thread each. Sending and receiving
 * without descriptors allocates nothing. Source: the vfio-user chapter of QEMU's interoperability
 * documents.
 */
@NullMarked
package io.jvmm.vfio.user.wire;

import org.jspecify.annotations.NullMarked;
