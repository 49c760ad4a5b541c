package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Errno;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code VFIO_DEVICE_SET_IRQS} is given: size, flags, index, start, count, data. */
class IrqControlTest {
    private final FakeFile file = new FakeFile(3);
    private final IrqControl irqs = new IrqControl(file, "device=fake");
    private final IrqInfo msi = new IrqInfo(1, 2, true, false, false, true);
    private final EventFd first = new EventFd();
    private final EventFd second = new EventFd();
    private final List<String> sets = new ArrayList<>();

    IrqControlTest() {
        file.on(
                VfioDevice.VFIO_DEVICE_SET_IRQS,
                set -> {
                    sets.add(Arrays.toString(set.toArray(JAVA_INT)));
                    return 0;
                });
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private String fd(EventFd event) {
        return "" + event.fd().number();
    }

    @Test
    void shouldConnectOneEventPerInterrupt() {
        irqs.connect(msi, List.of(first, second));
        assertThat(sets)
                .containsExactly("[28, 36, 1, 0, 2, " + fd(first) + ", " + fd(second) + "]");
    }

    @Test
    void shouldSwitchAnIndexOffBeforeItIsSetUpAnew() {
        irqs.connect(msi, List.of(first));
        irqs.connect(msi, List.of(second));
        assertThat(sets)
                .containsExactly(
                        "[24, 36, 1, 0, 1, " + fd(first) + "]",
                        "[20, 33, 1, 0, 0]",
                        "[24, 36, 1, 0, 1, " + fd(second) + "]");
    }

    @Test
    void shouldSwitchOffOnlyWhatIsOn() {
        irqs.disconnect(1);
        assertThat(sets).isEmpty();
        irqs.connect(msi, List.of(first));
        irqs.disconnect(1);
        irqs.disconnect(1);
        assertThat(sets).hasSize(2).last().isEqualTo("[20, 33, 1, 0, 0]");
    }

    @Test
    void shouldMaskUnmaskAndFireTheFirstInterrupt() {
        irqs.mask(0);
        irqs.unmask(0);
        irqs.trigger(1);
        assertThat(sets)
                .containsExactly("[20, 9, 0, 0, 1]", "[20, 17, 0, 0, 1]", "[20, 33, 1, 0, 1]");
    }

    @Test
    void shouldRefuseMoreEventsThanThereAreInterrupts() {
        List<List<EventFd>> wrong = List.of(List.of(), List.of(first, second, first));
        for (List<EventFd> events : wrong) {
            assertThatThrownBy(() -> irqs.connect(msi, events))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("irq=1 count=2 eventfd=true wanted=" + events.size());
        }
        IrqInfo silent = new IrqInfo(3, 1, false, false, false, false);
        assertThatThrownBy(() -> irqs.connect(silent, List.of(first)))
                .isInstanceOf(VfioException.class);
        assertThat(sets).isEmpty();
    }

    @Test
    void shouldNameTheActionThatFailed() {
        file.on(VfioDevice.VFIO_DEVICE_SET_IRQS, set -> FakeFile.error(Errno.EINVAL));
        assertThatThrownBy(() -> irqs.unmask(1))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("errno=EINVAL device=fake action=unmask irq=1");
    }

    @Test
    void shouldRefuseANumberOfInterruptsThatIsNone() {
        MemorySegment info = Arena.ofAuto().allocate(16, 4);
        info.fill((byte) 0xff);
        assertThatThrownBy(() -> IrqControl.decode(2, info))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("irq=2 count=4294967295");
    }
}
