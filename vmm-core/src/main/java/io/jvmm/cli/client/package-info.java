/**
 * What the commands that start VMM processes and talk to their monitors have in common. It knows
 * nothing that a script outside could not know.
 */
@NullMarked
package io.jvmm.cli.client;

import org.jspecify.annotations.NullMarked;
