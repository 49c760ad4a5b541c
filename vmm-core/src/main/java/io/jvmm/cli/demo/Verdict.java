package io.jvmm.cli.demo;

import io.jvmm.monitor.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was seen in a story, and what of it was not as told. */
final class Verdict {
    private final String story;
    private final Json.Obj facts = new Json.Obj();
    private final Map<String, String> lines = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    Verdict(String story) {
        this.story = story;
    }

    /** Something seen, for people and for scripts. */
    void see(String line, String text, String key, Json value) {
        lines.put(line, text);
        facts.put(key, value);
    }

    /** Something seen that is a number. */
    void see(String line, String text, String key, long value) {
        see(line, text, key, new Json.Num(Long.toString(value)));
    }

    /** What should be so. */
    void expect(String claim, boolean holds) {
        if (!holds) {
            broken.add(claim);
        }
    }

    boolean isAsTold() {
        return broken.isEmpty();
    }

    /** What was seen, one aligned line each, and the claims that do not hold. */
    List<String> text() {
        List<String> text = new ArrayList<>();
        lines.forEach((line, value) -> text.add("%-38s %s".formatted(line, value)));
        broken.forEach(claim -> text.add("NOT AS TOLD: " + claim));
        return text;
    }

    Json.Obj json() {
        Json.Obj json = new Json.Obj().put("story", story).put("as-told", isAsTold());
        facts.members().forEach(json::put);
        List<Json> claims = new ArrayList<>();
        broken.forEach(claim -> claims.add(new Json.Str(claim)));
        return json.put("not-as-told", new Json.Arr(claims));
    }
}
