package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Errno;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.VfioCapability.DirtyTracking;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The two interfaces to an IOMMU: containers with groups, and address spaces of an iommufd. */
class IoAddressSpaceTest {
    private final EventFd anyFile = new EventFd();
    private final MemorySegment memory = Arena.ofAuto().allocate(8192, 4096);
    private final DmaRegion region = new DmaRegion(0x40000000, memory, anyFile.fd(), 0);
    private final List<String> calls = new ArrayList<>();
    private final FakeFile containerFile = new FakeFile(10);
    private final FakeFile groupFile = new FakeFile(11);
    private final FakeFile iommuFile = new FakeFile(12);
    private final FakeFile deviceFile = new FakeFile(13);
    private long apiVersion;
    private int groupFlags = 1;
    private int extension = 3;
    private long unmapped = 8192;
    private long hardwareCapabilities;

    IoAddressSpaceTest() {
        containerFile
                .onNumber(VfioContainer.VFIO_GET_API_VERSION, argument -> apiVersion)
                .onNumber(VfioContainer.VFIO_CHECK_EXTENSION, n -> n == extension ? 1 : 0)
                .onNumber(VfioContainer.VFIO_SET_IOMMU, type -> record("iommu " + type))
                .on(VfioContainer.VFIO_IOMMU_MAP_DMA, map -> record("map " + words(map)))
                .on(
                        VfioContainer.VFIO_IOMMU_UNMAP_DMA,
                        unmap -> {
                            record("unmap " + words(unmap));
                            unmap.set(JAVA_LONG, 16, unmapped);
                            return 0;
                        });
        groupFile
                .on(
                        VfioGroup.VFIO_GROUP_GET_STATUS,
                        status -> {
                            status.set(JAVA_INT, 4, groupFlags);
                            return 0;
                        })
                .on(
                        VfioGroup.VFIO_GROUP_SET_CONTAINER,
                        number -> record("container " + number.get(JAVA_INT, 0)))
                .on(
                        VfioGroup.VFIO_GROUP_GET_DEVICE_FD,
                        name -> {
                            record("device " + name.getString(0));
                            return 13;
                        })
                .adoptable(deviceFile);
        iommuFile
                .on(
                        IommuFd.IOMMU_IOAS_ALLOC,
                        ioas -> {
                            ioas.set(JAVA_INT, 8, 77);
                            return record("ioas " + ioas.get(JAVA_INT, 0));
                        })
                .on(IommuFd.IOMMU_IOAS_MAP, map -> record("map " + words(map)))
                .on(
                        IommuFd.IOMMU_IOAS_UNMAP,
                        unmap -> {
                            record("unmap " + words(unmap));
                            unmap.set(JAVA_LONG, 16, unmapped);
                            return 0;
                        })
                .on(
                        IommuFd.IOMMU_GET_HW_INFO,
                        info -> {
                            info.set(JAVA_LONG, 32, hardwareCapabilities);
                            return info.get(JAVA_INT, 8) == 5 ? 0 : FakeFile.error(Errno.ENOENT);
                        })
                .on(
                        IommuFd.IOMMU_HWPT_ALLOC,
                        table -> {
                            record("table " + Arrays.toString(table.toArray(JAVA_INT)));
                            table.set(JAVA_INT, 16, 99);
                            return 0;
                        });
        deviceFile
                .on(
                        VfioDevice.VFIO_DEVICE_BIND_IOMMUFD,
                        bind -> {
                            record("bind " + Arrays.toString(bind.toArray(JAVA_INT)));
                            bind.set(JAVA_INT, 12, 5);
                            return 0;
                        })
                .on(
                        VfioDevice.VFIO_DEVICE_ATTACH_IOMMUFD_PT,
                        attach -> record("attach " + Arrays.toString(attach.toArray(JAVA_INT))));
    }

    @AfterEach
    void close() {
        anyFile.close();
    }

    private long record(String call) {
        calls.add(call);
        return 0;
    }

    /** The two 32-bit fields in front, and the 64-bit ones; addresses by name. */
    private String words(MemorySegment argument) {
        List<String> words = new ArrayList<>();
        for (long word : argument.toArray(JAVA_LONG)) {
            words.add(word == memory.address() ? "memory" : Long.toHexString(word));
        }
        return words.toString();
    }

    private VfioContainer container() {
        VfioContainer container = new VfioContainer(containerFile);
        container.attach(new VfioGroup(groupFile, 4));
        return container;
    }

    @Test
    void shouldPutAGroupIntoAContainerWithTheNewerType() {
        container().close();
        assertThat(calls).containsExactly("container 10", "iommu 3");
        assertThat(groupFile.closed).isTrue();
        assertThat(containerFile.closed).isTrue();
    }

    @Test
    void shouldFallBackToTheOlderType() {
        extension = 1;
        container();
        assertThat(calls).containsExactly("container 10", "iommu 1");
        extension = 7;
        assertThatThrownBy(this::container)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("vfio_iommu_type1");
    }

    @Test
    void shouldSetTheIommuOnlyOnce() {
        VfioContainer container = container();
        container.attach(new VfioGroup(groupFile, 5));
        assertThat(calls).containsExactly("container 10", "iommu 3", "container 10");
    }

    @Test
    void shouldRefuseAnotherInterfaceAndAGroupThatIsNotViable() {
        apiVersion = 1;
        assertThatThrownBy(this::container)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("version=1");
        groupFlags = 2;
        assertThatThrownBy(() -> new VfioGroup(groupFile, 4))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("group=4 flags=2");
    }

    @Test
    void shouldOpenADeviceOfAGroupByItsName() {
        DeviceFile opened = new VfioGroup(groupFile, 4).openDevice("0000:00:05.0");
        assertThat(opened).isSameAs(deviceFile);
        assertThat(calls).containsExactly("device 0000:00:05.0");
    }

    @Test
    void shouldMapMemoryThroughAContainer() {
        VfioContainer container = container();
        calls.clear();
        container.map(region);
        container.unmap(region);
        assertThat(calls)
                .containsExactly(
                        "map [300000020, memory, 40000000, 2000]", "unmap [18, 40000000, 2000]");
    }

    @Test
    void shouldFindTheLogAmongTheCapabilitiesOfTheContainer() {
        VfioContainer container = container();
        containerFile.on(VfioContainer.VFIO_IOMMU_GET_INFO, info -> 0);
        assertThat(container.capabilities()).isEmpty();
        assertThat(container.dmaLogging()).isEmpty();
        byte[] capability = {
            2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0
        };
        containerFile.on(
                VfioContainer.VFIO_IOMMU_GET_INFO,
                info -> {
                    info.set(JAVA_INT, 0, 56);
                    info.set(JAVA_INT, 4, 3);
                    if (info.byteSize() >= 56) {
                        info.set(JAVA_INT, 16, 24);
                        MemorySegment.copy(capability, 0, info, JAVA_BYTE, 24, capability.length);
                    }
                    return 0;
                });
        assertThat(container.capabilities()).containsExactly(new DirtyTracking(4096, 0));
        assertThat(container.dmaLogging()).isPresent();
    }

    @Test
    void shouldAttachADeviceToAnAddressSpace() {
        Ioas ioas = Ioas.attach(new IommuFd(iommuFile), new DeviceCdev(deviceFile));
        assertThat(calls).containsExactly("bind [16, 0, 12, 0]", "ioas 12", "attach [12, 0, 77]");
        assertThat(ioas.dmaLogging()).isEmpty();
        ioas.close();
        assertThat(iommuFile.closed).isTrue();
    }

    @Test
    void shouldAttachADeviceThroughATableThatLogsWhereTheHardwareCan() {
        hardwareCapabilities = 1;
        Ioas ioas = Ioas.attach(new IommuFd(iommuFile), new DeviceCdev(deviceFile));
        assertThat(calls)
                .containsExactly(
                        "bind [16, 0, 12, 0]",
                        "ioas 12",
                        "table [24, 2, 5, 77, 0, 0]",
                        "attach [12, 0, 99]");
        assertThat(ioas.dmaLogging()).isPresent();
    }

    @Test
    void shouldMapMemoryThroughAnAddressSpace() {
        Ioas ioas = Ioas.attach(new IommuFd(iommuFile), new DeviceCdev(deviceFile));
        calls.clear();
        ioas.map(region);
        ioas.unmap(region);
        assertThat(calls)
                .containsExactly(
                        "map [700000028, 4d, memory, 2000, 40000000]",
                        "unmap [4d00000018, 40000000, 2000]");
    }

    @Test
    void shouldNoticeThatSomethingElseWasUnmapped() {
        unmapped = 4096;
        List<IoAddressSpace> spaces =
                List.of(
                        container(),
                        Ioas.attach(new IommuFd(iommuFile), new DeviceCdev(deviceFile)));
        for (IoAddressSpace space : spaces) {
            assertThatThrownBy(() -> space.unmap(region))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("iova=40000000 size=8192 unmapped=4096");
        }
    }

    @Test
    void shouldRefuseMemoryThatADeviceCannotReach() {
        MemorySegment heap = MemorySegment.ofArray(new long[8]);
        VfioContainer container = container();
        calls.clear();
        for (MemorySegment wrong : List.of(heap, memory.asSlice(0, 0))) {
            assertThatThrownBy(() -> container.map(new DmaRegion(0, wrong, anyFile.fd(), 0)))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("size=" + wrong.byteSize());
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldSayWhatCouldNotBeMapped() {
        containerFile.on(VfioContainer.VFIO_IOMMU_MAP_DMA, m -> FakeFile.error(Errno.EEXIST));
        VfioContainer container = container();
        assertThatThrownBy(() -> container.map(region))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining(
                        "call=VFIO_IOMMU_MAP_DMA errno=EEXIST iova=40000000 size=8192");
    }
}
