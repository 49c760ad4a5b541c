package io.jvmm.vfio.kernel;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY_P2P;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Allocation;
import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.DeviceFeature.Feature;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A migration against a device that keeps, bends and breaks the rules. */
class KernelMigrationTest {
    private static final int NO_FD = -1;
    private static final String NAME = "device=fake";

    private final FakeFile device = new FakeFile(3);
    private final FakeFile session = new FakeFile(50);
    private final FakeFile second = new FakeFile(51);
    private final MemorySegment buffer = Arena.ofAuto().allocate(64);
    private final List<Integer> entered = new ArrayList<>();
    private long flags = 7;
    private int state = RUNNING.code();
    private int nextFd = NO_FD;
    private long refusal;

    KernelMigrationTest() {
        device.adoptable(session)
                .adoptable(second)
                .onFeature(
                        Feature.MIGRATION,
                        DeviceFeature.GET,
                        data -> {
                            data.set(JAVA_LONG, 0, flags);
                            return refusal;
                        })
                .onFeature(
                        Feature.MIG_DEVICE_STATE,
                        DeviceFeature.GET,
                        data -> {
                            data.set(JAVA_INT, 0, state);
                            data.set(JAVA_INT, Integer.BYTES, NO_FD);
                            return refusal;
                        })
                .onFeature(Feature.MIG_DEVICE_STATE, DeviceFeature.SET, this::setState);
    }

    private long setState(MemorySegment data) {
        if (refusal < 0) {
            return refusal;
        }
        state = data.get(JAVA_INT, 0);
        entered.add(state);
        if (nextFd != NO_FD) {
            data.set(JAVA_INT, Integer.BYTES, nextFd);
            nextFd = NO_FD;
        }
        return 0;
    }

    private KernelMigration migration() {
        return KernelMigration.of(device, NAME).orElseThrow();
    }

    private KernelMigration saving() {
        KernelMigration migration = migration();
        nextFd = session.number();
        migration.enter(PRE_COPY);
        return migration;
    }

    private KernelMigration resuming() {
        KernelMigration migration = migration();
        migration.enter(STOP);
        nextFd = session.number();
        migration.enter(RESUMING);
        return migration;
    }

    @Test
    void shouldSayThatADeviceWithoutTheFeatureCannotMigrate() {
        assertThat(KernelMigration.of(new FakeFile(4), NAME)).isEmpty();
        flags = 6;
        assertThat(KernelMigration.of(device, NAME)).isEmpty();
    }

    @Test
    void shouldNotTakeAnyOtherErrorForThat() {
        refusal = FakeFile.error(Errno.EIO);
        assertThatThrownBy(() -> KernelMigration.of(device, NAME))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("errno=EIO device=fake feature=MIGRATION");
    }

    @Test
    void shouldTellWhichOptionalStatesThereAre() {
        flags = 1;
        assertThat(migration().support()).isEqualTo(new MigrationSupport(false, false));
        flags = 3;
        assertThat(migration().support()).isEqualTo(new MigrationSupport(true, false));
        flags = 5;
        assertThat(migration().support()).isEqualTo(new MigrationSupport(false, true));
        flags = ~0L; // bits of the future
        assertThat(migration().support()).isEqualTo(new MigrationSupport(true, true));
    }

    @Test
    void shouldGoOnWithTheSameDescriptorWithinTheSavingGroup() {
        KernelMigration migration = saving();
        migration.enter(PRE_COPY_P2P);
        migration.enter(STOP_COPY);
        session.reader = (memory, offset, length) -> 5;
        assertThat(migration.read(buffer, 0, 64)).isEqualTo(5);
        assertThat(session.closed).isFalse();
        assertThat(entered).containsExactly(6, 7, 3);
    }

    @Test
    void shouldCloseTheDescriptorWhenTheGroupIsLeft() {
        KernelMigration migration = saving();
        migration.enter(RUNNING);
        assertThat(session.closed).isTrue();
        assertThatThrownBy(() -> migration.read(buffer, 0, 1))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("device=fake state=RUNNING");
    }

    @Test
    void shouldCloseTheOldDescriptorWhenANewOneComes() {
        KernelMigration migration = saving();
        nextFd = second.number();
        migration.enter(RESUMING);
        assertThat(session.closed).isTrue();
        assertThat(second.closed).isFalse();
        migration.enter(STOP);
        assertThat(second.closed).isTrue();
    }

    @Test
    void shouldCloseADescriptorThatNoSessionNeeds() {
        KernelMigration migration = migration();
        nextFd = session.number();
        migration.enter(STOP);
        assertThat(session.closed).isTrue();
    }

    @Test
    void shouldComplainAboutASessionWithoutADescriptor() {
        KernelMigration migration = migration();
        migration.enter(STOP);
        assertThatThrownBy(() -> migration.enter(STOP_COPY))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("state=STOP_COPY");
    }

    @Test
    void shouldNotAskForAStateThatTheDeviceDoesNotHave() {
        flags = 1;
        KernelMigration migration = migration();
        for (var to : List.of(ERROR, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P)) {
            assertThatThrownBy(() -> migration.enter(to))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("to=" + to);
        }
        assertThat(entered).isEmpty();
    }

    @Test
    void shouldSayWhereARefusedArcHasLedTo() {
        KernelMigration migration = saving();
        refusal = FakeFile.error(Errno.EIO);
        state = ERROR.code();
        assertThatThrownBy(() -> migration.enter(STOP_COPY))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
                .hasMessageContaining("feature=MIG_DEVICE_STATE to=STOP_COPY");
        refusal = 0;
        assertThat(migration.state()).isEqualTo(ERROR);
        migration.reset();
        assertThat(session.closed).isTrue();
    }

    @Test
    void shouldRefuseAStateThatNobodyKnows() {
        KernelMigration migration = migration();
        state = 8;
        assertThatThrownBy(migration::state)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("state=8");
    }

    @Test
    void shouldNameAnErrorThatOnlyTheKernelKnows() {
        KernelMigration migration = migration();
        refusal = -524;
        assertThatThrownBy(() -> migration.enter(STOP))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("call=VFIO_DEVICE_FEATURE code=524 device=fake");
    }

    @Test
    void shouldTakeZeroAndNoMessageForNothingNowInPreCopy() {
        KernelMigration migration = saving();
        session.reader = (memory, offset, length) -> 0;
        assertThat(migration.read(buffer, 0, 64)).isZero();
        session.reader = (memory, offset, length) -> FakeFile.error(Errno.ENOMSG);
        assertThat(migration.read(buffer, 0, 64)).isZero();
        migration.enter(PRE_COPY_P2P);
        assertThat(migration.read(buffer, 0, 64)).isZero();
    }

    @Test
    void shouldTakeOnlyZeroForTheEndInStopCopy() {
        KernelMigration migration = saving();
        migration.enter(STOP_COPY);
        session.reader = (memory, offset, length) -> 0;
        assertThat(migration.read(buffer, 0, 64)).isZero();
        session.reader = (memory, offset, length) -> FakeFile.error(Errno.ENOMSG);
        assertThatThrownBy(() -> migration.read(buffer, 0, 64))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("call=read errno=ENOMSG device=fake state=STOP_COPY");
    }

    @Test
    void shouldRefuseReadsThatMakeNoSense() {
        KernelMigration migration = saving();
        assertThatThrownBy(() -> migration.read(buffer, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        session.reader = (memory, offset, length) -> length + 1;
        assertThatThrownBy(() -> migration.read(buffer, 0, 64))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("asked=64 given=65");
        assertThatThrownBy(() -> migration.write(buffer, 0, 1)).isInstanceOf(VfioException.class);
        assertThatThrownBy(() -> resuming().read(buffer, 0, 1)).isInstanceOf(VfioException.class);
    }

    @Test
    void shouldWriteAllInAsManyPiecesAsTheDeviceTakes() {
        KernelMigration migration = resuming();
        List<String> pieces = new ArrayList<>();
        session.writer =
                (memory, offset, length) -> {
                    pieces.add(offset + "+" + length);
                    return Math.min(length, 24);
                };
        migration.write(buffer, 4, 60);
        assertThat(pieces).containsExactly("4+60", "28+36", "52+12");
    }

    @Test
    void shouldLetNothingButAResetFollowARefusedWrite() {
        KernelMigration migration = resuming();
        session.writer = (memory, offset, length) -> FakeFile.error(Errno.EFAULT);
        assertThatThrownBy(() -> migration.write(buffer, 0, 60))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("call=write errno=EFAULT device=fake done=0 length=60");
        session.writer = (memory, offset, length) -> length;
        assertThatThrownBy(() -> migration.write(buffer, 0, 60))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("writeFailed=true");
        for (var to : List.of(STOP, RUNNING, RESUMING)) {
            assertThatThrownBy(() -> migration.enter(to))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("must be reset");
        }
        assertThat(entered).containsExactly(1, 4);
        migration.reset();
        migration.enter(STOP);
        assertThat(entered).containsExactly(1, 4, 1);
        assertThat(session.closed).isTrue();
    }

    @Test
    void shouldTakeAWriteWithoutProgressForARefusal() {
        KernelMigration migration = resuming();
        session.writer = (memory, offset, length) -> 0;
        assertThatThrownBy(() -> migration.write(buffer, 0, 8))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("done=0 length=8 taken=0");
        assertThatThrownBy(() -> migration.enter(STOP)).isInstanceOf(VfioException.class);
    }

    private long precopy(MemorySegment info) {
        if (info.get(JAVA_INT, 0) != 24 || info.get(JAVA_INT, 4) != 0) {
            return FakeFile.error(Errno.EINVAL);
        }
        info.set(JAVA_INT, 4, 1);
        info.set(JAVA_LONG, 8, 100);
        info.set(JAVA_LONG, 16, 20);
        return 0;
    }

    @Test
    void shouldTellWhatIsLeftInPreCopy() {
        KernelMigration migration = saving();
        session.on(KernelMigration.VFIO_MIG_GET_PRECOPY_INFO, this::precopy);
        assertThat(migration.precopyInfo()).contains(new PrecopyInfo(100, 20, false));
        migration.enter(STOP_COPY);
        assertThatThrownBy(migration::precopyInfo).isInstanceOf(VfioException.class);
    }

    @Test
    void shouldBelieveInNewInitialDataOnlyWhereTheKernelHasAgreed() {
        List<String> agreed = new ArrayList<>();
        device.onFeature(
                Feature.MIG_PRECOPY_INFO_V2,
                DeviceFeature.SET,
                data -> {
                    agreed.add("size=" + data.byteSize());
                    return 0;
                });
        KernelMigration migration = saving();
        session.on(KernelMigration.VFIO_MIG_GET_PRECOPY_INFO, this::precopy);
        assertThat(migration.precopyInfo()).contains(new PrecopyInfo(100, 20, true));
        assertThat(migration.precopyInfo())
                .contains(new PrecopyInfo(100, 20, true)); // the flags asked with are 0 again
        assertThat(agreed).containsExactly("size=0");
    }

    @Test
    void shouldKnowDevicesThatCannotSayWhatIsLeft() {
        KernelMigration migration = saving();
        assertThat(migration.precopyInfo()).isEmpty();
        session.on(KernelMigration.VFIO_MIG_GET_PRECOPY_INFO, info -> FakeFile.error(Errno.EINVAL));
        assertThatThrownBy(migration::precopyInfo).isInstanceOf(SyscallException.class);
        session.on(
                KernelMigration.VFIO_MIG_GET_PRECOPY_INFO,
                info -> {
                    info.set(JAVA_LONG, 16, -1);
                    return 0;
                });
        assertThatThrownBy(migration::precopyInfo)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("dirty=-1");
        flags = 1;
        assertThat(migration().precopyInfo()).isEmpty();
    }

    @Test
    void shouldTellHowMuchStopCopyWouldGive() {
        KernelMigration migration = migration();
        assertThat(migration.stopCopySize()).isEmpty();
        long[] size = {96};
        device.onFeature(
                Feature.MIG_DATA_SIZE,
                DeviceFeature.GET,
                data -> {
                    data.set(JAVA_LONG, 0, size[0]);
                    return 0;
                });
        assertThat(migration.stopCopySize()).hasValue(96);
        size[0] = -1;
        assertThatThrownBy(migration::stopCopySize)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("size=18446744073709551615");
    }

    @Test
    void shouldMoveStateWithoutAllocating() {
        KernelMigration migration = KernelMigration.of(fixed(7), NAME).orElseThrow();
        migration.enter(STOP);
        assertThat(
                        Allocation.ofThousand(() -> {
                            migration.state();
                            migration.enter(RUNNING_P2P);
                            migration.enter(STOP);
                        }))
                .isZero();
        KernelMigration saving = saving(fixed(7));
        session.reader = (memory, offset, length) -> length;
        assertThat(
                        Allocation.ofThousand(() -> {
                            saving.enter(PRE_COPY_P2P);
                            saving.read(buffer, 0, 64);
                            saving.enter(STOP_COPY);
                        }))
                .isZero();
    }

    @Test
    void shouldLoadStateWithoutAllocating() {
        FakeFile file = fixed(7);
        nextFd = session.number();
        KernelMigration migration = KernelMigration.of(file, NAME).orElseThrow();
        migration.enter(RESUMING);
        session.writer = (memory, offset, length) -> Math.min(length, 40);
        assertThat(Allocation.ofThousand(() -> migration.write(buffer, 0, 64))).isZero();
    }

    /** A device whose feature calls do not even slice their argument. */
    private FakeFile fixed(long support) {
        return new FakeFile(6)
                .adoptable(session)
                .on(
                        VfioDevice.VFIO_DEVICE_FEATURE,
                        argument -> {
                            if (argument.byteSize() == 8) {
                                return FakeFile.error(Errno.ENOTTY);
                            }
                            if ((argument.get(JAVA_INT, 4) & 0xffff) == 1) {
                                argument.set(JAVA_LONG, 8, support);
                            } else if (nextFd != NO_FD) {
                                argument.set(JAVA_INT, 12, nextFd);
                                nextFd = NO_FD;
                            }
                            return 0;
                        });
    }

    private KernelMigration saving(FakeFile file) {
        nextFd = session.number();
        KernelMigration migration = KernelMigration.of(file, NAME).orElseThrow();
        migration.enter(PRE_COPY);
        return migration;
    }
}
