package io.jvmm.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private static final int MANY = 2000;

    @Test
    void shouldDrawTheSamePlanFromTheSameSeed() {
        for (long seed = 0; seed < MANY; seed++) {
            assertThat(FaultPlan.of(seed)).isEqualTo(FaultPlan.of(seed));
        }
    }

    @Test
    void shouldDrawEveryKindOfTriggerAndNearlyEveryMessage() {
        Set<Object> kinds = new HashSet<>();
        LongStream.range(0, MANY)
                .mapToObj(FaultPlan::of)
                .flatMap(plan -> plan.faults().stream())
                .forEach(fault -> {
                    kinds.add(fault.what().getClass());
                    kinds.add(fault.when().getClass());
                    if (fault.when() instanceof Trigger.AtMessage at) {
                        kinds.add(at.message());
                    }
                });
        assertThat(kinds)
                .contains((Object[]) Message.values())
                .contains(Trigger.AtByte.class, Trigger.AtMessage.class, Trigger.After.class)
                .contains(
                        Fault.Drop.class,
                        Fault.Cut.class,
                        Fault.HalfClose.class,
                        Fault.Stall.class,
                        Fault.Delay.class,
                        Fault.Throttle.class);
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThatThrownBy(() -> Place.forward(-1)).hasMessageContaining("connection=-1");
        assertThatThrownBy(() -> new Fault.Stall(0)).hasMessageContaining("nanos=0");
        assertThatThrownBy(() -> new Trigger.AtMessage(0, Message.GO, 0, 0))
                .hasMessageContaining("occurrence=0");
    }
}
