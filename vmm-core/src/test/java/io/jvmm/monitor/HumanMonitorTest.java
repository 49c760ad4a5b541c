package io.jvmm.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HumanMonitorTest {
    private final FakeTarget target = new FakeTarget();
    private final HumanMonitor monitor =
            new HumanMonitor(new CommandExecutor(target, ShutdownReason.HOST_UI));

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '^',
            textBlock =
                    """
                    frob => unknown command: 'frob'
                    info frob => unknown command: 'info frob'
                    help frob => unknown command: 'frob'
                    help info frob => unknown command: 'info frob'
                    migrate => migrate: string expected~Try "help migrate" for more information
                    migrate -x tcp:h:1 => migrate: unsupported option -x~Try "help migrate" for more information
                    migrate -d tcp:h:1 now => migrate: extraneous characters at the end of line~Try "help migrate" for more information
                    cont x => cont|c: extraneous characters at the end of line~Try "help cont" for more information
                    migrate_set_capability events => Expected 'on' or 'off'~Try "help migrate_set_capability" for more information
                    migrate_set_capability events maybe => Expected 'on' or 'off'~Try "help migrate_set_capability" for more information
                    migrate_set_capability foo on => Error: invalid parameter value: foo
                    migrate_set_capability xbzrle on => Error: Capability 'xbzrle' is not supported by this build
                    migrate_set_capability switchover-abort on => Error: Capability 'switchover-abort' requires capability 'return-path'
                    migrate_set_parameter foo 1 => Error: invalid parameter value: foo
                    migrate_set_parameter downtime-limit => migrate_set_parameter: string expected~Try "help migrate_set_parameter" for more information
                    migrate_set_parameter max-bandwidth x => Error: Invalid size x
                    migrate_set_parameter switchover-limit 2000001 => Error: Parameter 'switchover_limit' expects an integer in the range of 0 to 2000000 ms
                    migrate "tcp:h:1 => unterminated string
                    """)
    void shouldSayWhatIsWrongInTheWordsOfQemu(String line, String answer) {
        assertThat(monitor.answer(line.strip())).isEqualTo(answer.replace('~', '\n') + "\n");
        assertThat(target.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\t"})
    void shouldAnswerNothingToABlankLine(String line) {
        assertThat(monitor.answer(line)).isEmpty();
    }

    @Test
    void shouldDetachWhenAsked() {
        assertThat(monitor.answer("  migrate  -d \"unix:/tmp/a b\" ")).isEmpty();
        assertThat(target.calls).containsExactly("migrate unix:/tmp/a b");
    }

    @Test
    void shouldWaitForTheEndWithoutDetach() {
        target.migrationEnd.countDown();
        target.info = MigrationInfo.of(MigrationStatus.SETUP);
        assertThat(monitor.answer("migrate tcp:h:1")).isEqualTo("Error: migration setup\n");
        assertThat(target.calls).containsExactly("migrate tcp:h:1");
    }

    @Test
    void shouldTellHowAMigrationEndedThatWasWaitedFor() {
        assertThat(HmpText.of(new MonitorReply.MigrationEnded(MigrationSamples.completed())))
                .isEmpty();
        assertThat(HmpText.of(new MonitorReply.MigrationEnded(MigrationSamples.cancelled())))
                .isEqualTo("Error: migration cancelled: switchover limit of 310 ms exceeded\n");
    }

    @Test
    void shouldNotWaitWhenNobodyCan() {
        assertThat(monitor.answerDetached("migrate tcp:h:1")).isEmpty();
        assertThat(target.calls).containsExactly("migrate tcp:h:1");
    }

    @Test
    void shouldCarryOutEachCommand() {
        assertThat(monitor.answer("migrate_cancel")).isEmpty();
        assertThat(monitor.answer("migrate_incoming tcp:0:0")).isEmpty();
        assertThat(monitor.answer("migrate_set_capability events on")).isEmpty();
        assertThat(monitor.answer("migrate_set_parameter max-bandwidth 10")).isEmpty();
        assertThat(monitor.answer("q")).isEmpty();
        assertThat(target.calls).containsExactly("cancel", "incoming tcp:0:0 true", "quit HOST_UI");
        assertThat(target.capabilities.isOn(Capability.EVENTS)).isTrue();
        assertThat(target.parameters.maxBandwidth()).isEqualTo(10 << 20);
    }

    @Test
    void shouldStopAndContinue() {
        assertThat(monitor.answer("s")).isEmpty();
        assertThat(monitor.answer("info status")).isEqualTo("VM status: paused\n");
        assertThat(monitor.answer("c")).isEmpty();
        assertThat(monitor.answer("info status")).isEqualTo("VM status: running\n");
        target.state = RunState.HANDOVER_UNKNOWN;
        assertThat(monitor.answer("info status"))
                .isEqualTo("VM status: paused (handover-unknown)\n");
        assertThat(monitor.answer("cont"))
                .isEqualTo("Error: The guest may run at the destination\n");
    }

    @Test
    void shouldListCapabilitiesWithOursLast() {
        target.setCapabilities(java.util.Map.of(Capability.RETURN_PATH, true));
        assertThat(monitor.answer("info migrate_capabilities"))
                .startsWith("xbzrle: off\nrdma-pin-all: off\n")
                .contains("return-path: on\n")
                .endsWith("mapped-ram: off\nswitchover-abort: off\nx-verify-ram: off\n");
    }

    @Test
    void shouldListParametersAsQemuDoesWithOursLast() {
        assertThat(monitor.answer("info migrate_parameters"))
                .isEqualTo(
                        """
                        announce-initial: 50 ms
                        announce-max: 550 ms
                        announce-rounds: 5
                        announce-step: 100 ms
                        throttle-trigger-threshold: 50
                        cpu-throttle-initial: 20
                        cpu-throttle-increment: 10
                        cpu-throttle-tailslow: off
                        max-cpu-throttle: 99
                        tls-creds: ''
                        tls-hostname: ''
                        max-bandwidth: 134217728 bytes/second
                        avail-switchover-bandwidth: 0 bytes/second
                        downtime-limit: 300 ms
                        x-checkpoint-delay: 20000 ms
                        multifd-channels: 2
                        multifd-compression: none
                        zero-page-detection: multifd
                        xbzrle-cache-size: 67108864 bytes
                        max-postcopy-bandwidth: 0
                        tls-authz: ''
                        x-vcpu-dirty-limit-period: 1000 ms
                        vcpu-dirty-limit: 1 MB/s
                        mode: normal
                        direct-io: off
                        switchover-limit: 0 ms
                        switchover-attempts: 1
                        switchover-policy: ''
                        switchover-dry-run: off
                        switchover-decision-log: ''
                        switchover-state-file: ''
                        """);
    }

    @Test
    void shouldShowOnlyTheGlobalsBeforeAnyMigration() {
        assertThat(monitor.answer("info migrate"))
                .isEqualTo(
                        """
                        globals:
                        store-global-state: on
                        only-migratable: off
                        send-configuration: on
                        send-section-footer: on
                        send-switchover-start: on
                        clear-bitmap-shift: 18
                        """);
    }

    @Test
    void shouldShowDeviceStateAndWhatBlocks() {
        target.info = MigrationSamples.withDevice();
        assertThat(monitor.answer("info migrate"))
                .endsWith(
                        """
                        clear-bitmap-shift: 18
                        Outgoing migration blocked:
                          0000:00:02.0: VFIO migration is not supported by the device
                        Migration status: active
                        vfio device transferred: 16384 kbytes
                        """);
    }

    @Test
    void shouldShowACompletedMigration() {
        target.info = MigrationSamples.completed();
        assertThat(monitor.answer("info migrate"))
                .endsWith(
                        """
                        clear-bitmap-shift: 18
                        Migration status: completed
                        total time: 1500 ms
                        downtime: 23 ms
                        setup: 4 ms
                        transferred ram: 625 kbytes
                        throughput: 12.50 mbps
                        remaining ram: 0 kbytes
                        total ram: 1024 kbytes
                        duplicate: 100 pages
                        normal: 156 pages
                        normal bytes: 624 kbytes
                        dirty sync count: 3
                        page size: 4 kbytes
                        multifd bytes: 0 kbytes
                        pages-per-second: 1000
                        dirty pages rate: 7 pages
                        precopy ram: 585 kbytes
                        downtime ram: 40 kbytes
                        """);
    }

    @Test
    void shouldExpectADowntimeWhileAMigrationRuns() {
        target.info = MigrationSamples.active();
        assertThat(monitor.answer("info migrate"))
                .contains("Migration status: active\ntotal time: 700 ms\n")
                .contains("expected downtime: 300 ms\n");
    }

    @Test
    void shouldShowWhereADestinationListens() {
        target.info = MigrationSamples.incoming("tcp:127.0.0.1:4444");
        assertThat(monitor.answer("info migrate"))
                .endsWith(
                        """
                        Migration status: setup
                        total time: 0 ms
                        socket address: [
                        \ttcp:127.0.0.1:4444
                        ]
                        """);
    }

    @Test
    void shouldShowHowASwitchoverWasAborted() {
        target.info = MigrationSamples.cancelled();
        assertThat(monitor.answer("info migrate"))
                .endsWith(
                        """
                        Migration status: cancelled (switchover limit of 310 ms exceeded)
                        switchover limit: 310.000 ms
                        switchover enforcement: until STARTED (peer: jvmm)
                        switchover watch: SCHED_FIFO, timer slack 1 ns
                        switchover phase flush of ram: 1.235 ms
                        switchover phase load at the destination: 307.844 ms
                        switchover phase abort: 0.021 ms
                        switchover aborted: by the source in load
                        switchover watch late: 0.004 ms
                        guest resumed after: 309.100 ms
                        """);
    }

    @Test
    void shouldShowTheLedgerAsATable() {
        assertThat(monitor.answer("info switchover"))
                .isEqualTo(
                        """
                        attempt 1 as the source, peer jvmm: expired
                          total: 309.100 ms, limit: 310.000 ms
                          enforcement: until STARTED (peer: jvmm)
                          watch: SCHED_FIFO, timer slack 1 ns
                          aborted: by the source in load
                          watch late: 0.004 ms
                          decided to released: 0.021 ms
                          ms                                                      reserve      spent      slack
                          source: flush of ram                                                 1.235
                          source: load at the destination                           0.000    307.844   -307.844
                            destination: load into device vfio                               307.000
                            source: unexplained: wire, schedulers                              0.844
                          source: abort                                             5.000      0.021      4.979
                          beside:
                            destination: garbage collection by Copy                            2.000
                        """);
    }

    @Test
    void shouldShowTheRest() {
        assertThat(monitor.answer("info name")).isEqualTo("fake\n");
        assertThat(monitor.answer("info uuid")).startsWith("00000000-");
        assertThat(monitor.answer("info version")).matches("10\\.0\\.0 \\(jvmm [0-9.]+\\)\n");
        assertThat(monitor.answer("info stress"))
                .isEqualTo(
                        """
                        work: 42
                        pages: 16
                        wrong pages: 0
                        uarts: 2
                        uart bytes: 4000
                        uart errors: 1
                        pause: 2.500 ms at 1000 ns
                        """);
    }

    @Test
    void shouldHelpWithEveryCommand() {
        String all = monitor.answer("help");
        for (HmpCommand command : HmpCommand.values()) {
            String name = command.name().toLowerCase(java.util.Locale.ROOT);
            assertThat(all).containsPattern("(?m)^" + name + "[| ].* -- .+");
            assertThat(monitor.answer("help " + name)).contains(name).contains(" -- ");
        }
        assertThat(monitor.answer("?")).isEqualTo(all);
        assertThat(monitor.answer("info")).isEqualTo(monitor.answer("help info"));
        assertThat(monitor.answer("help info migrate"))
                .isEqualTo("info migrate  -- show migration status\n");
        assertThat(monitor.answer("help migrate"))
                .isEqualTo(
                        "migrate [-d] uri -- migrate to URI (using -d to not wait for"
                                + " completion)\n");
    }

    @Test
    void shouldNotSendControlCharactersBack() {
        assertThat(monitor.answer("\u001b[2J\u0007")).isEqualTo("unknown command: '?[2J?'\n");
    }
}
