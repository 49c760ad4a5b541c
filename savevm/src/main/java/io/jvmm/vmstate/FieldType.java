package io.jvmm.vmstate;

/** How an elementary field stands on the wire and in the VM description. */
enum FieldType {
    UINT8,
    UINT16,
    UINT32,
    UINT64
}
