package io.jvmm.savevm;

/** What the source calls a section, and how far it has come. */
final class SectionBinding {
    private final Section section;
    private int id;
    private int version;
    private boolean setUp;
    private boolean open;
    private boolean ended;

    SectionBinding(Section section) {
        this.section = section;
    }

    Section section() {
        return section;
    }

    int version() {
        return version;
    }

    /** Started and not yet ended, under this id. */
    boolean isOpen(int streamId) {
        return open && id == streamId;
    }

    boolean isOpen() {
        return open;
    }

    boolean isEnded() {
        return ended;
    }

    /** Its {@code loadSetup} was called. */
    boolean isSetUp() {
        return setUp;
    }

    void setUp() {
        setUp = true;
    }

    void bind(int streamId, int streamVersion) {
        id = streamId;
        version = streamVersion;
    }

    void open() {
        open = true;
    }

    /** As if it had not come yet. */
    void rewind() {
        open = false;
        ended = false;
        setUp = false;
    }

    void end() {
        open = false;
        ended = true;
    }
}
