package io.jvmm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventFdTest {
    @Test
    void shouldStayUpUntilDrained() {
        try (EventFd event = new EventFd()) {
            assertThat(event.drain()).isFalse();
            event.signal();
            event.signal();
            assertThat(event.drain()).isTrue();
            assertThat(event.drain()).isFalse();
            event.signal();
            assertThat(event.drain()).isTrue();
        }
    }
}
