package io.jvmm.monitor;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The human monitor: a prompt, a line, its text, a prompt. Lines are not echoed. */
final class HmpProtocol implements Protocol {
    private static final String PROMPT = "(qemu) ";

    private final HumanMonitor monitor;
    private final Consumer<String> replies;
    private final LineFramer framer = new LineFramer(this::line, this::tooLong);

    HmpProtocol(CommandExecutor executor, Consumer<String> replies) {
        this.monitor = new HumanMonitor(executor);
        this.replies = replies;
    }

    @Override
    public String greeting() {
        String version = ProductVersion.product();
        return onWire("jvmm " + version + " monitor - type 'help' for more information\n" + PROMPT);
    }

    @Override
    public void receive(ByteBuffer bytes) {
        framer.feed(bytes);
    }

    private void line(String line) {
        replies.accept(onWire(monitor.answer(line) + PROMPT));
    }

    private void tooLong() {
        String error = "Error: line is too long: limit=" + LineFramer.MAX_LENGTH + "\n";
        replies.accept(onWire(error + PROMPT));
    }

    private static String onWire(String text) {
        return text.replace("\n", "\r\n");
    }

    @Override
    public Optional<String> event(MonitorEvent event, Instant when) {
        return Optional.empty();
    }
}
