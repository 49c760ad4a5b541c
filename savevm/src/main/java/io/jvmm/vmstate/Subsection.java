package io.jvmm.vmstate;

import java.util.function.Predicate;

/** An optional part of a description, sent only when {@code needed} says so. */
record Subsection<T>(VmStateDescription<T> description, Predicate<T> needed) {}
