package io.jvmm.guest.kvm;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.SegmentState;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** Compares states field by field, so that a field that somebody adds is compared too. */
final class CpuStateFields {
    private CpuStateFields() {}

    static List<String> differences(CpuState actual, CpuState expected) {
        List<String> differences = new ArrayList<>();
        for (Field field : CpuState.class.getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                try {
                    compare(field.getName(), field.get(actual), field.get(expected), differences);
                } catch (IllegalAccessException e) {
                    throw new LinkageError(e.getMessage(), e);
                }
            }
        }
        return differences;
    }

    private static void compare(
            String name, Object actual, Object expected, List<String> differences) {
        if (actual.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(actual); i++) {
                compare(
                        name + "[" + i + "]",
                        Array.get(actual, i),
                        Array.get(expected, i),
                        differences);
            }
        } else if (!text(actual).equals(text(expected))) {
            differences.add(name + ": " + text(actual) + " instead of " + text(expected));
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case Long number -> "0x" + Long.toHexString(number);
            case SegmentState segment -> segment.toString();
            default -> value.toString();
        };
    }
}
