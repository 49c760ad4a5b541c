package io.jvmm.cli;

import io.jvmm.machine.GuestPayload;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the guest runs: {@code -guest}, or {@code -drive} with {@code -device ide-hd}. */
final class GuestOptions {
    private static final int PAGE_SIZE = 4096;

    private GuestOptions() {}

    static GuestPayload payload(
            String guest, List<String> drives, List<String> devices, long memory) {
        List<Path> disks = disks(drives, devices);
        if (disks.size() > 1) {
            throw new UsageException("-drive: one boot disk is supported: disks=" + disks.size());
        }
        if (!guest.isEmpty()) {
            if (!disks.isEmpty()) {
                throw new UsageException("-guest and a boot disk exclude each other");
            }
            return stress(guest, memory);
        }
        return disks.isEmpty()
                ? new GuestPayload.Empty()
                : new GuestPayload.BootDisk(disks.getFirst());
    }

    private static GuestPayload stress(String text, long memory) {
        OptionList list = OptionList.parse("-guest", text, "kind");
        String kind = list.require("kind");
        if (!kind.equals("stress")) {
            throw new UsageException("-guest: expects stress: value=" + kind);
        }
        String set = list.take("working-set", "");
        String rate = list.take("dirty-rate", "max");
        int uarts = OptionList.count("-guest uart", list.take("uart", "0"));
        list.end();
        long bytes =
                set.isEmpty()
                        ? memory / 2 / PAGE_SIZE * PAGE_SIZE
                        : OptionList.size("-guest working-set", set, 1);
        return new GuestPayload.Stress(bytes, rate(rate), uarts);
    }

    /** Bytes per second; {@code max} is 0. */
    static long rate(String text) {
        if (text.equals("max")) {
            return 0;
        }
        String size = text.endsWith("/s") ? text.substring(0, text.length() - 2) : text;
        return OptionList.size("dirty rate", size, 1);
    }

    private static List<Path> disks(List<String> drives, List<String> devices) {
        Map<String, Path> detached = new LinkedHashMap<>();
        List<Path> attached = new java.util.ArrayList<>();
        for (String drive : drives) {
            drive(OptionList.parse("-drive", drive, "file"), detached, attached);
        }
        for (String device : devices) {
            attached.add(device(OptionList.parse("-device", device, "driver"), detached));
        }
        return attached;
    }

    private static void drive(OptionList list, Map<String, Path> detached, List<Path> attached) {
        Path file = Path.of(list.require("file"));
        String format = list.take("format", "raw");
        String bus = list.take("if", "ide");
        String id = list.take("id", "");
        list.end();
        if (!format.equals("raw")) {
            throw new UsageException("-drive: only format=raw is supported: format=" + format);
        }
        switch (bus) {
            case "ide" -> attached.add(file);
            case "none" -> detached.put(id, file);
            default -> throw new UsageException("-drive: expects if=ide or if=none: if=" + bus);
        }
    }

    private static Path device(OptionList list, Map<String, Path> detached) {
        String driver = list.require("driver");
        if (!driver.equals("ide-hd")) {
            throw new UsageException(
                    "-device: expects ide-hd, vfio-pci or vfio-user-pci: driver=" + driver);
        }
        String drive = list.require("drive");
        // The geometry does not matter to a guest that is loaded from its first sector.
        for (String geometry : List.of("secs", "cyls", "heads", "id", "bootindex")) {
            list.take(geometry);
        }
        list.end();
        Path file = detached.remove(drive);
        if (file == null) {
            throw new UsageException("-device ide-hd: there is no such drive: drive=" + drive);
        }
        return file;
    }
}
