package io.jvmm.cli.soak;

import io.jvmm.fault.FaultPlan;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.monitor.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What is drawn for one migration.
 *
 * @param settings how it is set up
 * @param delays how slow the devices of a machine are that is made for this round
 * @param cancelAfter when it is cancelled, if it is
 * @param tcp tcp, else unix
 * @param faults what the link does
 * @param harm what is done to one of the processes
 * @param operator if the outcome is unknown: empty = the link comes back; else it does not, and the
 *     operator keeps the guest at the source, where that can be chosen, or not
 */
record RoundPlan(
        Settings settings,
        DeviceDelays delays,
        Optional<Duration> cancelAfter,
        boolean tcp,
        FaultPlan faults,
        Optional<Harm> harm,
        Optional<Boolean> operator) {

    private static final double SHORTEST_LIMIT_MILLIS = 5;
    private static final double LIMIT_OCTAVES = 5;
    private static final long MAX_CANCEL_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final long SLOWEST_BANDWIDTH = 8 << 20;
    private static final int BANDWIDTH_OCTAVES = 4;
    private static final int MAX_ATTEMPTS = 3;

    /**
     * The migration's capabilities and parameters.
     *
     * @param enforced whether the limit is enforced
     * @param limitMillis the downtime limit
     * @param attempts how many switchovers are tried
     * @param bandwidth bytes per second, 0 = as fast as it can
     * @param admission how a switchover is admitted
     */
    record Settings(
            boolean enforced, long limitMillis, int attempts, long bandwidth, Admission admission) {
        Json.Obj capabilities() {
            return new Json.Obj()
                    .put(
                            "capabilities",
                            Json.array(
                                    capability("return-path", true),
                                    capability("switchover-abort", enforced),
                                    capability("x-verify-ram", true)));
        }

        private static Json.Obj capability(String name, boolean on) {
            return new Json.Obj().put("capability", name).put("state", on);
        }

        /** Leaves out what the side does not know. */
        Json.Obj parameters(Json.Obj known) {
            Json.Obj parameters =
                    new Json.Obj()
                            .put("downtime-limit", limitMillis)
                            .put("max-bandwidth", bandwidth)
                            .put("switchover-attempts", attempts)
                            .put("avail-switchover-bandwidth", admission.bandwidth());
            return known.find("switchover-policy").isPresent()
                    ? parameters.put("switchover-policy", admission.policy())
                    : parameters;
        }
    }

    /**
     * How a switchover is admitted.
     *
     * @param policy the policy's name
     * @param bandwidth the bandwidth to reckon with, 0 = as measured
     */
    record Admission(String policy, long bandwidth) {
        private static final List<String> POLICIES = List.of("downtime-limit", "learned");

        static Admission draw(SplittableRandom random) {
            return new Admission(
                    POLICIES.get(random.nextInt(POLICIES.size())),
                    random.nextInt(3) == 0 ? 0 : Nudges.ALL_THE_BANDWIDTH);
        }
    }

    /**
     * The same seed, the same plan. Two of three have harm done to a process, if that is wanted.
     */
    static RoundPlan of(long seed, boolean harmful) {
        SplittableRandom random = new SplittableRandom(seed);
        Settings settings = settings(random);
        long limit = settings.limitMillis();
        DeviceDelays delays =
                new DeviceDelays(
                        oneIn(8, random) * random.nextLong(2 * limit),
                        oneIn(8, random) * random.nextLong(2 * limit));
        Optional<Duration> cancel =
                oneIn(6, random) == 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofNanos(random.nextLong(MAX_CANCEL_NANOS)));
        boolean tcp = random.nextInt(3) == 0;
        Optional<Boolean> operator =
                random.nextInt(3) == 0 ? Optional.of(random.nextBoolean()) : Optional.empty();
        FaultPlan faults = FaultPlan.of(random.nextLong());
        if (!harmful || random.nextInt(3) == 0) {
            return new RoundPlan(settings, delays, cancel, tcp, faults, Optional.empty(), operator);
        }
        Harm harm = Harm.draw(random);
        FaultPlan held = harm.link(random);
        return new RoundPlan(settings, delays, cancel, tcp, held, Optional.of(harm), operator);
    }

    private static Settings settings(SplittableRandom random) {
        long limit =
                Math.round(SHORTEST_LIMIT_MILLIS * Math.pow(2, random.nextDouble(LIMIT_OCTAVES)));
        return new Settings(
                oneIn(10, random) == 0,
                limit,
                random.nextInt(1, MAX_ATTEMPTS + 1),
                oneIn(6, random) == 0 ? 0 : SLOWEST_BANDWIDTH << random.nextInt(BANDWIDTH_OCTAVES),
                Admission.draw(random));
    }

    /** 1 in so many cases, else 0. */
    private static int oneIn(int cases, SplittableRandom random) {
        return random.nextInt(cases) == 0 ? 1 : 0;
    }
}
