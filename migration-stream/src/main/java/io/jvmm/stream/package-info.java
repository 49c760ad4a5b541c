/** Big-endian reader and writer of the migration stream. */
@NullMarked
package io.jvmm.stream;

import org.jspecify.annotations.NullMarked;
