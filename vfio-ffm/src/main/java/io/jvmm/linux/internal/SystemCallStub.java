package io.jvmm.linux.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;

/**
 * The x86-64 system call instruction as one downcall handle: the result is the kernel's own, a
 * value or a negated error number.
 *
 * <p>The usual way is libc's wrapper and {@link Linker.Option#captureCallState}. It costs a 40-byte
 * slice per call until the last compiler tier removes it, and a switchover runs once, cold. Without
 * {@code errno} there is nothing to capture, so not allocating does not depend on a compiler. One
 * handle for all calls also means that it is linked, customized and compiled long before the first
 * guest is stopped.
 *
 * <pre>
 *    0  48 89 f8         mov  rax, rdi        the number
 *    3  48 89 f7         mov  rdi, rsi        argument 1
 *    6  48 89 d6         mov  rsi, rdx        argument 2
 *    9  48 89 ca         mov  rdx, rcx        argument 3
 *   12  4d 89 c2         mov  r10, r8         argument 4
 *   15  4d 89 c8         mov  r8, r9          argument 5
 *   18  4c 8b 4c 24 08   mov  r9, [rsp + 8]   argument 6
 *   23  0f 05            syscall
 *   25  c3               ret                  also the body of {@link #emptyFunction()}
 * </pre>
 */
final class SystemCallStub {
    private static final String CODE = "4889f84889f74889d64889ca4d89c24d89c84c8b4c24080f05c3";
    private static final long RETURN_OFFSET = 25;
    private static final long PAGE = 4096;

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;

    private static final MemorySegment STUB = map();

    /** {@code (number, argument 1 … argument 6) → value or negated error number}. */
    static final MethodHandle HANDLE = link();

    private SystemCallStub() {}

    /** A native function that does nothing, usable as a signal handler. */
    static long emptyFunction() {
        return STUB.address() + RETURN_OFFSET;
    }

    // Safe: the only writable page is the new one, and it is never writable and executable at once.
    @SuppressWarnings("restricted")
    private static MemorySegment map() {
        if (!System.getProperty("os.arch").equals("amd64")) {
            throw new UnsupportedOperationException(
                    "Only Linux on x86-64 is supported: os.arch=" + System.getProperty("os.arch"));
        }
        byte[] code = HexFormat.of().parseHex(CODE);
        try {
            MemorySegment page =
                    (MemorySegment)
                            libc(
                                            "mmap",
                                            FunctionDescriptor.of(
                                                    ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT,
                                                    JAVA_INT, JAVA_LONG))
                                    .invokeExact(
                                            MemorySegment.NULL,
                                            PAGE,
                                            PROT_READ | PROT_WRITE,
                                            MAP_PRIVATE | MAP_ANONYMOUS,
                                            -1,
                                            0L);
            requireZero(page.address() == -1 ? -1 : 0);
            MemorySegment.copy(code, 0, page.reinterpret(PAGE), JAVA_BYTE, 0, code.length);
            requireZero(
                    (int)
                            libc(
                                            "mprotect",
                                            FunctionDescriptor.of(
                                                    JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT))
                                    .invokeExact(page, PAGE, PROT_READ | PROT_EXEC));
            return page;
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Safe: the code takes seven integers in the C calling convention and returns one.
    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        return Linker.nativeLinker()
                .downcallHandle(
                        STUB,
                        FunctionDescriptor.of(
                                JAVA_LONG, // value or negated error number
                                JAVA_LONG.withName("number"),
                                JAVA_LONG.withName("argument1"),
                                JAVA_LONG.withName("argument2"),
                                JAVA_LONG.withName("argument3"),
                                JAVA_LONG.withName("argument4"),
                                JAVA_LONG.withName("argument5"),
                                JAVA_LONG.withName("argument6")));
    }

    // Safe: the callers pass the descriptors of the C declarations.
    @SuppressWarnings("restricted")
    static MethodHandle libc(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    private static void requireZero(int result) {
        if (result != 0) {
            throw new IllegalStateException("The process may not map executable memory");
        }
    }
}
