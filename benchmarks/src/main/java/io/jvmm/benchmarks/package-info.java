/** JMH benchmarks by subject. */
@NullMarked
package io.jvmm.benchmarks;

import org.jspecify.annotations.NullMarked;
