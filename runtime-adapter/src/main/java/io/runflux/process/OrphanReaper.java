// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Makes this JVM a subreaper as long as a launcher wants it, and reaps the orphans that it thereby becomes the parent
 * of. There is one for the JVM, since the kernel's flag is the JVM's, too.
 *
 * <p>Nobody may wait for "any child" in a JVM: the JDK waits for each of its own, and would lose their statuses. What
 * tells an orphan is that nobody reaps it. Each child that this library or the JDK started has somebody waiting for it,
 * who reaps it at once; so whatever is still a zombie when it is looked at again a second later is nobody's. What is in
 * another process group than this JVM, as the JDK's children hardly ever are, is nobody's at the next look: runsc, for
 * one, waits for the end of what it leaves to be adopted.
 */
final class OrphanReaper {
    private static final Logger log = LoggerFactory.getLogger(OrphanReaper.class);
    private static final OrphanReaper INSTANCE = new OrphanReaper();
    private static final long LOOK_MILLIS = 200;
    private static final int LOOKS = 2;
    private static final int LOOKS_IN_OUR_GROUP = 6;
    private static final Path TASKS = Path.of("/proc/self/task");

    private int users;
    private boolean isLooking;
    /** How often each was seen. */
    private Map<Zombie, Integer> zombies = Map.of();

    private OrphanReaper() {}

    static OrphanReaper instance() {
        return INSTANCE;
    }

    /** @throws IllegalStateException if the kernel refuses */
    synchronized void acquire(Libc libc) {
        if (users == 0) {
            int error = libc.prctl(Linux.PR_SET_CHILD_SUBREAPER, 1);
            if (error < 0) {
                throw new IllegalStateException("becoming a subreaper: " + Linux.describe(-error));
            }
        }
        users++;
        if (!isLooking) {
            isLooking = true;
            lookLater(libc, Schedulers.boundedElastic());
        }
    }

    /** What was adopted until the last release is reaped still. */
    synchronized void release(Libc libc) {
        users--;
        if (users == 0) {
            libc.prctl(Linux.PR_SET_CHILD_SUBREAPER, 0);
        }
    }

    /** It stays with one scheduler: what comes in its place meanwhile may be a test's, whose threads are its own. */
    private void lookLater(Libc libc, Scheduler scheduler) {
        try {
            scheduler.schedule(() -> look(libc, scheduler), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            isLooking = false;
            log.warn("orphans are not looked for until the next launcher wants it", e);
        }
    }

    private synchronized void look(Libc libc, Scheduler scheduler) {
        int ended = libc.findEndedChild();
        boolean hasChildren = ended >= 0;
        try {
            Map<Zombie, Integer> seen = new HashMap<>();
            for (Zombie zombie : ended > 0 ? findZombies() : Set.<Zombie>of()) {
                seen.put(zombie, zombies.getOrDefault(zombie, 0) + 1);
            }
            seen.forEach((zombie, looks) -> reapIfNobodys(libc, zombie, looks));
            zombies = seen;
        } catch (IOException | RuntimeException e) {
            log.debug("orphans could not be looked for", e);
        }
        isLooking = users > 0 || hasChildren;
        if (isLooking) {
            lookLater(libc, scheduler);
        }
    }

    private static void reapIfNobodys(Libc libc, Zombie zombie, int looks) {
        boolean isOfOurGroup = read(Path.of("/proc/self/stat"))
                .flatMap(Zombie::group)
                .filter(zombie.group()::equals)
                .isPresent();
        if (looks >= (isOfOurGroup ? LOOKS_IN_OUR_GROUP : LOOKS)) {
            libc.wait4(zombie.pid(), new int[1], Linux.WNOHANG, Scratch.get());
            log.debug("reaped orphan {}", zombie.pid());
        }
    }

    private static Set<Zombie> findZombies() throws IOException {
        Set<Zombie> found = new HashSet<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                addZombies(task.resolve("children"), found);
            }
        }
        return found;
    }

    private static void addZombies(Path children, Set<Zombie> found) {
        String pids = read(children).orElse("");
        for (String pid : pids.split(" ")) {
            if (!pid.isBlank()) {
                read(Path.of("/proc", pid.strip(), "stat"))
                        .flatMap(Zombie::parse)
                        .ifPresent(found::add);
            }
        }
    }

    /** Threads and processes come and go while they are looked at; names need not be text. */
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** A process that has ended, told from a later one of the same number by when it began. */
    private record Zombie(int pid, String group, String startTime) {
        private static final int STATE = 0;
        private static final int GROUP = 2;
        private static final int START_TIME = 19;

        /** Reads {@code /proc/PID/stat}, whose fields are counted from behind the name (proc(5)). */
        static Optional<Zombie> parse(String stat) {
            String[] fields = fields(stat);
            int pid = Integer.parseInt(stat.substring(0, stat.indexOf(' ')));
            return fields[STATE].equals("Z")
                    ? Optional.of(new Zombie(pid, fields[GROUP], fields[START_TIME]))
                    : Optional.empty();
        }

        /** Reads the process group of any process. */
        static Optional<String> group(String stat) {
            return Optional.of(fields(stat)[GROUP]);
        }

        private static String[] fields(String stat) {
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        }
    }
}
