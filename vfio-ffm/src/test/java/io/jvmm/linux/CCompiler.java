package io.jvmm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The C compiler as an oracle for constants and struct layouts; tests are skipped where there is
 * none.
 */
public final class CCompiler {
    private final List<String> headers;

    /** An oracle that includes these headers. */
    public CCompiler(String... headers) {
        this.headers = List.of(headers);
        boolean found =
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "gcc")));
        assumeTrue(found, "gcc is not installed");
    }

    /** Values of integer expressions, in their order. */
    public Map<String, Long> evaluate(List<String> expressions) {
        List<String> lines =
                run(expressions.stream().map(CCompiler::print).collect(Collectors.joining()));
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < expressions.size(); i++) {
            values.put(expressions.get(i), Long.parseLong(lines.get(i)));
        }
        return values;
    }

    /** Those of the macros that the headers, as they are installed here, define. */
    public Set<String> defined(Collection<String> macros) {
        return Set.copyOf(
                run(
                        macros.stream()
                                .map(m -> "#ifdef " + m + "\nputs(\"" + m + "\");\n#endif\n")
                                .collect(Collectors.joining())));
    }

    private static String print(String expression) {
        return "printf(\"%lld\\n\", (long long) (" + expression + "));\n";
    }

    /** Compares the values with what C says. */
    public void assertConstants(Map<String, Long> expected) {
        assertThat(expected).isEqualTo(evaluate(List.copyOf(expected.keySet())));
    }

    /**
     * Compares the size, and the offset and size of every named field, with those of the C type of
     * the same name.
     */
    public void assertLayout(StructLayout layout) {
        assertConstants(layout(layout));
    }

    /** What {@link #assertLayout} compares. */
    public static Map<String, Long> layout(StructLayout layout) {
        Map<String, Long> expected = fields(layout);
        expected.put("sizeof(struct " + layout.name().orElseThrow() + ")", layout.byteSize());
        return expected;
    }

    /**
     * What {@link #assertLayout} compares, except for the size: for structs whose end we do not
     * use.
     */
    public static Map<String, Long> fields(StructLayout layout) {
        String type = "struct " + layout.name().orElseThrow();
        Map<String, Long> expected = new LinkedHashMap<>();
        for (MemoryLayout member : layout.memberLayouts()) {
            if (!(member instanceof PaddingLayout)) {
                String field = member.name().orElseThrow();
                expected.put(
                        "offsetof(" + type + ", " + field + ")",
                        layout.byteOffset(PathElement.groupElement(field)));
                expected.put("sizeof(((" + type + " *) 0)->" + field + ")", member.byteSize());
            }
        }
        return expected;
    }

    private List<String> run(String statements) {
        String program =
                Stream.concat(Stream.of("stddef.h", "stdio.h"), headers.stream())
                        .map(h -> "#if __has_include(<" + h + ">)\n#include <" + h + ">\n#endif\n")
                        .collect(
                                Collectors.joining(
                                        "",
                                        "",
                                        "int main(void) {\n" + statements + "return 0; }\n"));
        try {
            Path directory = Files.createTempDirectory("jvmm-c-oracle");
            Path source = Files.writeString(directory.resolve("oracle.c"), program);
            Path binary = directory.resolve("oracle");
            List<String> messages =
                    output("gcc", "-D_GNU_SOURCE", "-o", binary.toString(), source.toString());
            assertThat(binary).as(() -> String.join("\n", messages)).exists();
            List<String> lines = output(binary.toString());
            for (Path path : List.of(source, binary, directory)) {
                Files.delete(path);
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = new ArrayList<>();
            reader.lines().forEach(lines::add);
            return lines;
        }
    }
}
