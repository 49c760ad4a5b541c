package io.jvmm.machine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** Tests against a real QEMU; skipped, with the reason, where there is none. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("qemu")
@Timeout(60)
@EnabledIf(
        value = "io.jvmm.machine.QemuProcess#isInstalled",
        disabledReason = "qemu-system-x86_64 is not on the PATH")
@interface RequiresQemu {}
