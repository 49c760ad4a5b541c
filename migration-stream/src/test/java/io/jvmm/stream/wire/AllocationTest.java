package io.jvmm.stream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jvmm.stream.BufferList;
import io.jvmm.stream.StreamWriter;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class AllocationTest {
    @Test
    void shouldEncodeTheEndOfAStreamWithoutAllocating() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        StreamWriter out = new StreamWriter(BufferList::clear);
        Frame.SectionEnd end = new Frame.SectionEnd(2);
        Frame.SectionFull full = new Frame.SectionFull(new SectionHeader(3, "cpu", 0, 12));
        Frame.Footer footer = new Frame.Footer(3);
        Frame.Eof eof = new Frame.Eof();
        VmDescription description = VmDescription.of("{}");
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            end.encode(out);
            VmCommand.SendSourceDowntime.encodeRecord(out, 310, i);
            full.encode(out);
            footer.encode(out);
            eof.encode(out);
            description.encode(out);
            out.flush();
        }

        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 10_000).isZero();
    }
}
