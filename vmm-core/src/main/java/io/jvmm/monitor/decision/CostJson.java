package io.jvmm.monitor.decision;

import io.jvmm.migration.admission.CostHistory;
import io.jvmm.migration.admission.CostHistory.Cost;
import io.jvmm.migration.admission.CostKey;
import io.jvmm.migration.admission.Estimate;
import io.jvmm.migration.admission.PhaseKind;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonException;

/**
 * One learned cost as JSON.
 *
 * <pre>
 *   { "kind": "device", "peer": "", "name": "save of device serial", "samples": 3, "whole": 3,
 *     "mean-ns": 120000, "deviation-ns": 9000, "least-ns": 110000 }
 * </pre>
 */
final class CostJson {
    private CostJson() {}

    static Json.Obj of(CostHistory.Cost cost) {
        return new Json.Obj()
                .put("kind", cost.key().kind().code())
                .put("peer", cost.key().peer())
                .put("name", cost.key().name())
                .put("samples", cost.estimate().samples())
                .put("whole", cost.estimate().whole())
                .put("mean-ns", Math.round(cost.estimate().meanNanos()))
                .put("deviation-ns", Math.round(Math.sqrt(cost.estimate().variance())))
                .put("least-ns", cost.estimate().leastNanos());
    }

    static Cost parse(Json json) {
        if (!(json instanceof Json.Obj object)) {
            throw new JsonException("a cost is an object");
        }
        try {
            double deviation = object.integer("deviation-ns");
            return new Cost(
                    new CostKey(
                            PhaseKind.fromCode(object.string("kind")),
                            object.string("peer"),
                            object.string("name")),
                    new Estimate(
                            object.integer("samples"),
                            object.integer("whole"),
                            object.integer("mean-ns"),
                            deviation * deviation,
                            object.integer("least-ns")));
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()));
        }
    }
}
