package io.jvmm.vmstate;

/** A field and the first version of its description that has it. */
record VersionedField<T>(Field<T> field, int since) {}
