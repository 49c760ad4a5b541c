package io.jvmm.vmstate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VmDescriptionBuilderTest {
    private static String text(VmDescriptionBuilder builder) {
        return builder.build().json();
    }

    @Test
    void shouldDescribeEachKindOfField() {
        SampleState state = new SampleState();
        state.main.with(1, 2);
        state.error = 1;
        VmDescriptionBuilder builder = new VmDescriptionBuilder(4096);
        builder.add(1, SampleState.SAMPLE, state);
        String partFields = "\"fields\": [{\"name\": \"value\", \"type\": \"uint8\", \"size\": 1}]";
        String expected =
                """
                {"page_size": 4096, "devices": [{"name": "sample", "instance_id": 1, \
                "vmsd_name": "sample", "version": 3, "fields": [\
                {"name": "control", "type": "uint16", "size": 2}, \
                {"name": "offset", "type": "int32", "size": 4}, \
                {"name": "enabled", "type": "bool", "size": 1}, \
                {"name": "deadline", "type": "timer", "size": 8}, \
                {"name": "counters", "array_len": 2, "type": "uint64", "size": 8}, \
                {"name": "unused", "type": "unused_buffer", "size": 2}, \
                {"name": "fifo", "type": "buffer", "size": 3}, \
                {"name": "main", "type": "struct", "struct": {"vmsd_name": "part", "version": 1, \
                PART_FIELDS, "subsections": [{"vmsd_name": "part/extra", "version": 1, \
                "fields": [{"name": "extra", "type": "uint16", "size": 2}]}]}, "size": 19}, \
                {"name": "parts", "array_len": 2, "type": "struct", "struct": \
                {"vmsd_name": "plain", "version": 1, PART_FIELDS}, "size": 1}, \
                {"name": "model", "type": "uint8 equal", "size": 1}, \
                {"name": "late", "type": "uint8", "size": 1}], \
                "subsections": [{"vmsd_name": "sample/error", "version": 2, \
                "fields": [{"name": "error", "type": "int32", "size": 4}]}]}]}\
                """
                        .replace("PART_FIELDS", partFields);
        assertThat(text(builder)).isEqualTo(expected);
    }

    @Test
    void shouldDescribeElementsOneByOneWhereSubsectionsMakeThemDiffer() {
        SampleState state = new SampleState();
        state.parts[1].with(0, 1);
        VmDescriptionBuilder builder = new VmDescriptionBuilder(4096);
        builder.add(
                0,
                VmStateDescription.<SampleState>named("list")
                        .structArray("parts", 2, SampleState.PART, (s, i) -> s.parts[i])
                        .build(),
                state);
        assertThat(text(builder))
                .contains("{\"name\": \"parts\", \"index\": 0, \"type\": \"struct\"")
                .contains("{\"name\": \"parts\", \"index\": 1, \"type\": \"struct\"")
                .containsOnlyOnce("part/extra");
    }

    @Test
    void shouldGroupTemporaryFields() {
        VmDescriptionBuilder builder = new VmDescriptionBuilder(4096);
        builder.add(
                0,
                VmStateDescription.<SampleState.Part>named("outer")
                        .temporary(SampleState.PLAIN_PART)
                        .build(),
                new SampleState.Part());
        assertThat(text(builder))
                .contains(
                        "[{\"name\": \"tmp\", \"type\": \"tmp\", \"vmsd_name\": \"plain\","
                                + " \"version\": 1, \"fields\": [{\"name\": \"value\","
                                + " \"type\": \"uint8\", \"size\": 1}], \"size\": 1}]");
    }

    @Test
    void shouldEscapeWhatJsonCannotHold() {
        JsonText json = new JsonText();
        json.beginObject().member("a\"\\\n\u00e9~", "\u007f").endObject();
        assertThat(json).hasToString("{\"a\\\"\\\\\\u000A\\u00E9~\": \"\\u007F\"}");
    }
}
