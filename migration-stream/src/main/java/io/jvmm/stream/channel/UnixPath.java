package io.jvmm.stream.channel;

import io.jvmm.stream.StreamIoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of a listening UNIX socket. What an earlier process has left behind is removed, but
 * never a socket that somebody listens on, and never a file that is no socket.
 */
final class UnixPath {
    private static final Path BOUND_SOCKETS = Path.of("/proc/net/unix");

    private final Path path;

    UnixPath(Path path) {
        this.path = path;
    }

    void removeStale() {
        if (isSocket() && !isBound()) {
            remove();
        }
    }

    /** Removes the file that is there now, unless another has taken its place by then. */
    Runnable remover() {
        Object own = fileKey();
        return () -> {
            if (Objects.equals(own, fileKey())) {
                remove();
            }
        };
    }

    /**
     * Asks the kernel's list, since a connection as a probe would look like a migration over there.
     */
    private boolean isBound() {
        try {
            String list = new String(Files.readAllBytes(BOUND_SOCKETS), StandardCharsets.UTF_8);
            return list.lines()
                    .anyMatch(line ->
                            line.endsWith(" " + path)
                                    || line.endsWith(" " + path.toAbsolutePath()));
        } catch (IOException e) {
            return true;
        }
    }

    private boolean isSocket() {
        BasicFileAttributes attributes = attributes();
        return attributes != null && attributes.isOther();
    }

    private @Nullable Object fileKey() {
        BasicFileAttributes attributes = attributes();
        return attributes == null ? null : attributes.fileKey();
    }

    private @Nullable BasicFileAttributes attributes() {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null;
        }
    }

    private void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new StreamIoException("Cannot remove the socket's file: path=" + path, e);
        }
    }
}
