package io.jvmm.monitor.decision;

import io.jvmm.migration.admission.CostHistory;
import io.jvmm.migration.admission.CostHistory.Cost;
import io.jvmm.migration.admission.CostStore;
import io.jvmm.migration.admission.DecisionRecord;
import io.jvmm.migration.admission.DecisionSink;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonException;
import io.jvmm.monitor.json.JsonFramer;
import io.jvmm.monitor.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Decisions and costs in files of one JSON text per line.
 *
 * <p>The state file begins with {@code {"jvmm-switchover-costs": 1}}; each further line is a cost.
 * It is replaced as a whole, by a rename, so that a reader never sees half of it. A file that
 * cannot be read or written is a warning: no migration fails for it.
 */
public final class DecisionFiles implements DecisionSink, CostStore {
    private static final System.Logger LOG = System.getLogger(DecisionFiles.class.getName());
    private static final String VERSION_MEMBER = "jvmm-switchover-costs";
    private static final long VERSION = 1;

    /** The most that a state file of {@link CostHistory#CAPACITY} costs can need, rounded up. */
    private static final long LARGEST_STATE = 1 << 20;

    private static final long LARGEST_LOG = 64 << 20;
    private static final int CHUNK = 64 << 10;

    /** Files anywhere. */
    public DecisionFiles() {}

    @Override
    public void append(String file, List<DecisionRecord> records) {
        try {
            Files.writeString(
                    Path.of(file),
                    lines(records.stream().map(DecisionJson::of).toList()),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException | InvalidPathException e) {
            LOG.log(Level.WARNING, "Decisions cannot be written: file={0} error={1}", file, e);
        }
    }

    @Override
    public List<Cost> load(String file) {
        try {
            Path path = Path.of(file);
            return Files.exists(path) ? costs(texts(path, LARGEST_STATE)) : List.of();
        } catch (IOException | InvalidPathException | JsonException e) {
            LOG.log(
                    Level.WARNING,
                    "The state file is not usable, so nothing is known of earlier switchovers:"
                            + " file={0} error={1}",
                    file,
                    e);
            return List.of();
        }
    }

    @Override
    public void save(String file, List<Cost> costs) {
        List<Json.Obj> texts = new ArrayList<>();
        texts.add(new Json.Obj().put(VERSION_MEMBER, VERSION));
        costs.forEach(cost -> texts.add(CostJson.of(cost)));
        try {
            Path path = Path.of(file).toAbsolutePath();
            Path written = path.resolveSibling(path.getFileName() + ".new");
            Files.writeString(written, lines(texts));
            Files.move(
                    written,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | InvalidPathException e) {
            LOG.log(Level.WARNING, "Costs cannot be kept: file={0} error={1}", file, e);
        }
    }

    /**
     * Reads a decision log.
     *
     * @param path the file
     * @return its decisions, in order
     * @throws JsonException if it is not one
     * @throws IOException if it cannot be read
     */
    public static List<DecisionRecord> decisions(Path path) throws IOException {
        return texts(path, LARGEST_LOG).stream().map(DecisionJson::parse).toList();
    }

    private static List<Cost> costs(List<Json> texts) {
        boolean known =
                !texts.isEmpty()
                        && texts.getFirst() instanceof Json.Obj head
                        && head.integer(VERSION_MEMBER) == VERSION;
        if (!known || texts.size() > CostHistory.CAPACITY + 1) {
            throw new JsonException("not a state file of version " + VERSION);
        }
        return texts.stream().skip(1).map(CostJson::parse).toList();
    }

    private static List<Json> texts(Path path, long limit) throws IOException {
        long size = Files.size(path);
        if (size > limit) {
            throw new JsonException("the file is too large: size=" + size + " limit=" + limit);
        }
        List<Json> texts = new ArrayList<>();
        JsonFramer framer =
                new JsonFramer(
                        text -> texts.add(JsonText.parse(text)),
                        error -> {
                            throw new JsonException(error);
                        });
        try (InputStream in = Files.newInputStream(path)) {
            long left = size;
            for (byte[] next = in.readNBytes(CHUNK);
                    next.length > 0 && left > 0;
                    next = in.readNBytes(CHUNK)) {
                left -= next.length;
                framer.feed(ByteBuffer.wrap(next));
            }
        }
        framer.feed(ByteBuffer.wrap(new byte[] {'\n'}));
        if (framer.isWithinText()) {
            throw new JsonException("the last text is not complete");
        }
        return texts;
    }

    private static String lines(List<Json.Obj> texts) {
        StringBuilder lines = new StringBuilder();
        texts.forEach(text -> lines.append(JsonText.write(text)).append('\n'));
        return lines.toString();
    }
}
