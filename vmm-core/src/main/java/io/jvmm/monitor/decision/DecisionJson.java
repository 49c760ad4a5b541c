package io.jvmm.monitor.decision;

import io.jvmm.migration.admission.DecisionKind;
import io.jvmm.migration.admission.DecisionRecord;
import io.jvmm.migration.admission.Reason;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * A decision as JSON.
 *
 * <pre>
 *   { "time": "2026-01-01T00:00:00.5Z", "decision": "not-yet", "policy": "learned",
 *     "reason": "too-long", "text": "…", "repeats": 12, "spent-ns": 0, "detail": "",
 *     "forecast": { … all inputs … } }
 * </pre>
 *
 * {@code text} is for people and is not read back.
 */
public final class DecisionJson {
    private DecisionJson() {}

    /**
     * Writes a decision.
     *
     * @param record the decision
     * @return its JSON
     */
    public static Json.Obj of(DecisionRecord record) {
        return new Json.Obj()
                .put("time", record.when().toString())
                .put("decision", record.kind().code())
                .put("policy", record.policy())
                .put("reason", record.reason().code())
                .put("text", record.describe())
                .put("repeats", record.repeats())
                .put("spent-ns", record.spentNanos())
                .put("detail", record.detail())
                .put("forecast", ForecastJson.of(record.forecast()));
    }

    /**
     * Reads a decision.
     *
     * @param json as {@link #of} writes it
     * @return the decision
     * @throws JsonException if it is none
     */
    public static DecisionRecord parse(Json json) {
        if (!(json instanceof Json.Obj object)) {
            throw new JsonException("a decision is an object");
        }
        try {
            return new DecisionRecord(
                    Instant.parse(object.string("time")),
                    DecisionKind.fromCode(object.string("decision")),
                    object.string("policy"),
                    Reason.fromCode(object.string("reason")),
                    ForecastJson.parse(object.object("forecast")),
                    object.integer("repeats"),
                    object.integer("spent-ns"),
                    object.string("detail"));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new JsonException(String.valueOf(e.getMessage()));
        }
    }
}
