// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The process that a directory of a call belongs to, as its name tells. Every method that asks blocks, briefly.
 *
 * @param pid its number
 * @param startTime when it was started, in clock ticks since boot
 * @param pidNamespace what its number is of, as a number
 * @param bootId which boot that was
 */
record CallOwner(int pid, long startTime, String pidNamespace, String bootId) {
    private static final Path PROC = Path.of("/proc");
    private static final Pattern NAME =
            Pattern.compile("([0-9]{1,9})-([0-9]{1,18})-([0-9]{1,20})-([0-9a-f]{32})(-.*)?");

    private static final long MAX_AGE = TimeUnit.SECONDS.toNanos(1);

    private static volatile @Nullable Seen self;

    /** What does not change is read once; that the process is still said to run, once a second. */
    static CallOwner current() throws IOException {
        Seen seen = self;
        long now = System.nanoTime();
        if (seen != null && now - seen.since < MAX_AGE) {
            return seen.owner;
        }
        CallOwner owner = seen == null ? readCurrent() : requireRunning(seen.owner);
        self = new Seen(owner, now);
        return owner;
    }

    private static CallOwner requireRunning(CallOwner known) throws IOException {
        if (ProcFiles.readStartTime(known.pid).isEmpty()) {
            throw hasEnded();
        }
        return known;
    }

    private static CallOwner readCurrent() throws IOException {
        int pid = Integer.parseInt(Files.readSymbolicLink(PROC.resolve("self")).toString());
        return new CallOwner(
                pid, ProcFiles.readStartTime(pid).orElseThrow(CallOwner::hasEnded), ownNamespace(), currentBoot());
    }

    /** As it looks where the thread that the process began with has ended, and others go on. */
    private static IOException hasEnded() {
        return new IOException("this process is said to have ended");
    }

    /** Reads what a name begins with. */
    static Optional<CallOwner> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new CallOwner(
                        Integer.parseInt(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        matcher.group(3),
                        matcher.group(4)))
                : Optional.empty();
    }

    /** Whether it runs, or nobody can tell from here: the processes of other pid namespaces are not to be seen. */
    boolean mayRun() throws IOException {
        return bootId.equals(currentBoot())
                && (!pidNamespace.equals(ownNamespace())
                        || OptionalLong.of(startTime).equals(ProcFiles.readStartTime(pid)));
    }

    private static String ownNamespace() throws IOException {
        return Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString().replaceAll("[^0-9]", "");
    }

    private static String currentBoot() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id"))
                .strip()
                .replace("-", "");
    }

    /** Returns what a name begins with. */
    @Override
    public String toString() {
        return pid + "-" + startTime + "-" + pidNamespace + "-" + bootId;
    }

    /** Who this process is, and the {@code System.nanoTime()} at which it was last seen to run. */
    private record Seen(CallOwner owner, long since) {}
}
