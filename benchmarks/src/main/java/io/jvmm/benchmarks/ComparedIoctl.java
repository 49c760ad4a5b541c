package io.jvmm.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;

/** The requests that are compared: each as a JMH benchmark, and in C. */
enum ComparedIoctl {
    /** The cheapest there is. */
    KVM_GET_API_VERSION(
            IoctlBenchmark.class,
            "open(\"" + IoctlBenchmark.DEVICE + "\", O_RDWR)",
            "ioctl(fd, " + IoctlBenchmark.KVM_GET_API_VERSION.request() + "UL, 0) >= 0") {
        @Override
        String whyNot() {
            return Files.isWritable(Path.of(IoctlBenchmark.DEVICE))
                    ? ""
                    : IoctlBenchmark.DEVICE + " is not there or not writable";
        }
    },

    /** With an argument, to a descriptor that refuses it. */
    VFIO_DEVICE_FEATURE(
            VfioIoctlBenchmark.class,
            "eventfd(0, EFD_NONBLOCK)",
            """
            (argument[0] = @SIZE@, argument[1] = @FLAGS@, \
            ioctl(fd, @REQUEST@UL, argument) < 0 && errno == ENOTTY)\
            """
                    .replace("@SIZE@", Integer.toString(VfioIoctlBenchmark.ARGUMENT_SIZE))
                    .replace("@FLAGS@", Integer.toString(VfioIoctlBenchmark.FLAGS))
                    .replace(
                            "@REQUEST@",
                            Long.toString(VfioIoctlBenchmark.VFIO_DEVICE_FEATURE.request())));

    private final Class<?> benchmark;
    private final String open;
    private final String call;

    ComparedIoctl(Class<?> benchmark, String open, String call) {
        this.benchmark = benchmark;
        this.open = open;
        this.call = call;
    }

    /** Why it cannot be measured here; empty if it can. */
    String whyNot() {
        return "";
    }

    Class<?> benchmark() {
        return benchmark;
    }

    /** An expression that gives the descriptor. */
    String openInC() {
        return open;
    }

    /** An expression that makes the call, and is true if it ended as it should. */
    String callInC() {
        return call;
    }
}
