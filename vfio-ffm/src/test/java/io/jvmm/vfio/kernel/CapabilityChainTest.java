package io.jvmm.vfio.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.vfio.RegionInfo.MappableArea;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.VfioCapability.AtomicCompletion;
import io.jvmm.vfio.kernel.VfioCapability.DirtyTracking;
import io.jvmm.vfio.kernel.VfioCapability.IovaRange;
import io.jvmm.vfio.kernel.VfioCapability.IovaRanges;
import io.jvmm.vfio.kernel.VfioCapability.MappingsAvailable;
import io.jvmm.vfio.kernel.VfioCapability.MsixMappable;
import io.jvmm.vfio.kernel.VfioCapability.RegionType;
import io.jvmm.vfio.kernel.VfioCapability.SparseMmap;
import io.jvmm.vfio.kernel.VfioCapability.Unknown;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Golden chains, and chains that are cut, bent or endless. */
class CapabilityChainTest {
    private static final int FIXED = 20; // the chain is then at no multiple of 8

    private final ByteBuffer bytes =
            ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN).position(FIXED);

    private CapabilityChainTest capability(int id, int version, int next) {
        bytes.putShort((short) id).putShort((short) version).putInt(next);
        return this;
    }

    private List<VfioCapability> decode(
            Function<CapabilityChain.Entry, VfioCapability> decoder, int first) {
        MemorySegment info = Arena.ofAuto().allocate(bytes.position(), 8);
        MemorySegment.copy(bytes.array(), 0, info, ValueLayout.JAVA_BYTE, 0, bytes.position());
        return CapabilityChain.entries(info, FIXED, first).stream().map(decoder).toList();
    }

    @Test
    void shouldReadTheCapabilitiesOfARegion() {
        capability(1, 1, 68);
        bytes.putInt(2).putInt(0).putLong(0x1000).putLong(0x2000).putLong(0x4000).putLong(0x1000);
        capability(2, 1, 84);
        bytes.putInt(0x80008086).putInt(3);
        capability(3, 1, 92).capability(0x77, 9, 0);
        assertThat(decode(CapabilityDecoder::ofRegion, FIXED))
                .containsExactly(
                        new SparseMmap(
                                List.of(
                                        new MappableArea(0x1000, 0x2000),
                                        new MappableArea(0x4000, 0x1000))),
                        new RegionType(0x80008086, 3),
                        new MsixMappable(),
                        new Unknown(0x77, 9));
    }

    @Test
    void shouldReadTheCapabilitiesOfAnIommu() {
        capability(1, 1, 68);
        bytes.putInt(2).putInt(0).putLong(0).putLong(0xfedfffffL).putLong(0xfef00000L).putLong(-1);
        capability(2, 1, 100);
        bytes.putInt(0).putInt(0).putLong(0x1000).putLong(0x10000000);
        capability(3, 1, 0);
        bytes.putInt(65535);
        assertThat(decode(CapabilityDecoder::ofIommu, FIXED))
                .containsExactly(
                        new IovaRanges(
                                List.of(
                                        new IovaRange(0, 0xfedfffffL),
                                        new IovaRange(0xfef00000L, -1))),
                        new DirtyTracking(0x1000, 0x10000000),
                        new MappingsAvailable(65535));
    }

    @Test
    void shouldReadTheCapabilitiesOfADevice() {
        capability(5, 1, 36);
        bytes.putInt(7).putInt(0);
        capability(1, 1, 0);
        assertThat(decode(CapabilityDecoder::ofDevice, FIXED))
                .containsExactly(new AtomicCompletion(7), new Unknown(1, 1));
    }

    @Test
    void shouldFindNothingInAnEmptyChain() {
        assertThat(decode(CapabilityDecoder::ofRegion, 0)).isEmpty();
    }

    @Test
    void shouldRefuseACapabilityOutsideTheInformation() {
        capability(3, 1, 0);
        for (int first : new int[] {1, FIXED - 1, FIXED + 1, 28, 4096, -1}) {
            assertThatThrownBy(() -> decode(CapabilityDecoder::ofRegion, first))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("offset=" + Integer.toUnsignedString(first));
        }
    }

    @Test
    void shouldRefuseALoop() {
        capability(3, 1, FIXED + 8).capability(3, 1, FIXED);
        assertThatThrownBy(() -> decode(CapabilityDecoder::ofRegion, FIXED))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("loops: offset=20");
    }

    @Test
    void shouldRefuseAnArrayLongerThanTheInformation() {
        for (int count : new int[] {2, 0x10000001, -1}) {
            bytes.position(FIXED);
            capability(1, 1, 0);
            bytes.putInt(count).putInt(0).putLong(0).putLong(4096);
            assertThatThrownBy(() -> decode(CapabilityDecoder::ofRegion, FIXED))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("count=" + Integer.toUnsignedString(count));
        }
    }

    @Test
    void shouldRefuseACapabilityThatIsCutShort() {
        for (int id : new int[] {1, 2, 3}) {
            bytes.position(FIXED);
            capability(id, 1, 0);
            bytes.putShort((short) 0);
            assertThatThrownBy(() -> decode(CapabilityDecoder::ofIommu, FIXED))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("cut short: id=" + id);
        }
    }

    @Test
    void shouldRefuseARangeThatEndsBeforeItBegins() {
        capability(1, 1, 0);
        bytes.putInt(1).putInt(0).putLong(2).putLong(1);
        assertThatThrownBy(() -> decode(CapabilityDecoder::ofIommu, FIXED))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("first=2 last=1");
    }

    @Test
    void shouldEndWithAnySequenceOfBytes() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            bytes.position(FIXED);
            while (bytes.position() < 128) {
                bytes.putInt(random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(130));
            }
            try {
                decode(CapabilityDecoder::ofRegion, FIXED);
                decode(CapabilityDecoder::ofIommu, FIXED);
            } catch (VfioException e) {
                assertThat(e).hasNoCause();
            }
        }
    }
}
