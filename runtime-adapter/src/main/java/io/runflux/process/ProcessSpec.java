// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.Signal;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What to start, and how: an immutable value, checked when it is built, so that a launch that can never work fails
 * before anything is started.
 *
 * <p>The environment is empty and the three standard streams are the null device unless said otherwise. Text reaches
 * the child as UTF-8, whatever this JVM's locale is.
 */
public final class ProcessSpec {
    private final Builder settings;

    private ProcessSpec(Builder settings) {
        this.settings = settings;
    }

    /**
     * Begins a specification for the program at that path.
     *
     * @param path absolute
     * @return a builder
     * @throws IllegalArgumentException if the path is relative
     */
    public static Builder program(Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(
                    "program must be an absolute path, was '" + path + "'; ProcessSpec.lookup searches for a name");
        }
        return new Builder(path.toString(), null);
    }

    /**
     * Begins a specification for a program that is searched for when it is launched: the first directory of the search
     * path that holds an executable file of that name wins.
     *
     * @param name a bare name, without a slash
     * @param searchPath absolute directories joined by {@code :}, as in {@code PATH}; an empty or relative element,
     *     which a shell takes for a place below its working directory, is passed over
     * @return a builder
     * @throws IllegalArgumentException if the name is empty or has a slash
     */
    public static Builder lookup(String name, String searchPath) {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "a program to look up must be a bare name without '/', was '" + name + "'");
        }
        return new Builder(name, Builder.withoutNul("search path", searchPath));
    }

    /**
     * Returns a builder that begins with these settings.
     *
     * @return a builder of its own
     */
    public Builder toBuilder() {
        return new Builder(settings);
    }

    /**
     * Returns the program.
     *
     * @return an absolute path, or a bare name if {@link #searchPath()} is not null
     */
    public String program() {
        return settings.program;
    }

    /**
     * Returns where the program is searched for.
     *
     * @return directories joined by {@code :}, or null if the program is a path
     */
    public @Nullable String searchPath() {
        return settings.searchPath;
    }

    /**
     * Returns the first element of the child's argument vector.
     *
     * @return argv[0]
     */
    public String argv0() {
        return settings.argv0 == null ? settings.program : settings.argv0;
    }

    /**
     * Returns the arguments after argv[0].
     *
     * @return the arguments
     */
    public List<String> arguments() {
        return settings.arguments;
    }

    /**
     * Returns the environment, to which {@link #inheritsEnvironment()} may add.
     *
     * @return values by name
     */
    public Map<String, String> environment() {
        return settings.environment;
    }

    /**
     * Says whether variables of this JVM are handed on where {@link #environment()} does not name them.
     *
     * @return false by default
     */
    public boolean inheritsEnvironment() {
        return settings.inheritsEnvironment;
    }

    /**
     * Returns the working directory.
     *
     * @return an absolute path, or null for this JVM's own
     */
    public @Nullable Path workingDirectory() {
        return settings.workingDirectory;
    }

    /**
     * Returns where descriptors are connected: 0, 1 and 2 always, higher ones when asked for.
     *
     * @return connections by number
     */
    public SortedMap<Integer, Stdio> descriptors() {
        return settings.descriptors;
    }

    /**
     * Returns the root directory of the child.
     *
     * @return an absolute path, or null for this JVM's own
     */
    public @Nullable Path rootDirectory() {
        return settings.rootDirectory;
    }

    /**
     * Returns the size asked for the pipes.
     *
     * @return bytes, or 0 for the kernel's default, as a beginning
     */
    public int pipeBytes() {
        return settings.pipeBytes;
    }

    /**
     * Returns the terminal that the three standard streams are connected to.
     *
     * @return its first size, or null for none
     */
    public @Nullable TerminalSize terminal() {
        return settings.terminal;
    }

    /**
     * Returns the process group.
     *
     * @return how the child is grouped
     */
    public ProcessGroup group() {
        return settings.group;
    }

    /**
     * Returns the signal that the child gets when this JVM dies.
     *
     * @return the signal, or null for none
     */
    public @Nullable Signal parentDeathSignal() {
        return settings.parentDeathSignal;
    }

    /**
     * Returns the user and groups of the child.
     *
     * @return the credentials, or null for this JVM's own
     */
    public @Nullable Credentials credentials() {
        return settings.credentials;
    }

    /**
     * Returns the capabilities that the child may have at most, and has.
     *
     * @return names as in capabilities(7) without {@code CAP_}, or null for those of this JVM
     */
    public @Nullable Set<String> capabilities() {
        return settings.capabilities;
    }

    /**
     * Returns the resource limits.
     *
     * @return values by limit
     */
    public Map<ResourceLimit, ResourceLimit.Values> limits() {
        return settings.limits;
    }

    /**
     * Returns the file mode creation mask.
     *
     * @return 0 to 0777, or null for this JVM's own
     */
    public @Nullable Integer umask() {
        return settings.umask;
    }

    /**
     * Returns the nice value.
     *
     * @return -20 to 19, or null for this JVM's own
     */
    public @Nullable Integer nice() {
        return settings.nice;
    }

    /**
     * Returns the processors that the child may run on.
     *
     * @return numbers from 0; empty for those of this JVM
     */
    public Set<Integer> processors() {
        return settings.processors;
    }

    /**
     * Says whether the child and its descendants are barred from new privileges (setuid programs and the like).
     *
     * @return false by default
     */
    public boolean noNewPrivileges() {
        return settings.noNewPrivileges;
    }

    /**
     * Says whether the rest of the group that the child leads is left alone.
     *
     * @return false by default
     */
    public boolean leavesGroupAlone() {
        return settings.leavesGroupAlone;
    }

    /** Names the program, and counts the rest: arguments and environment may hold secrets. */
    @Override
    public String toString() {
        return "ProcessSpec[" + program() + ", " + arguments().size() + " arguments, "
                + environment().size() + " variables]";
    }

    /** Collects settings. Each setter checks what it is given; {@link #build()} checks what goes together. */
    public static final class Builder {
        private static final int MAX_DESCRIPTOR = 255;
        private static final int MAX_PROCESSORS = 1024;
        private static final Set<String> LOADER_VARIABLES =
                Set.of("GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "LOCPATH", "MALLOC_TRACE", "NLSPATH");

        private final String program;
        private final @Nullable String searchPath;
        private @Nullable String argv0;
        private List<String> arguments = List.of();
        private Map<String, String> environment = Map.of();
        private boolean inheritsEnvironment;
        private @Nullable Path workingDirectory;
        private @Nullable Path rootDirectory;
        private SortedMap<Integer, Stdio> descriptors =
                new TreeMap<>(Map.of(0, Stdio.nullDevice(), 1, Stdio.nullDevice(), 2, Stdio.nullDevice()));
        private int pipeBytes;
        private @Nullable TerminalSize terminal;
        private ProcessGroup group = ProcessGroup.INHERIT;
        private @Nullable Signal parentDeathSignal;
        private @Nullable Credentials credentials;
        private @Nullable Set<String> capabilities;
        private Map<ResourceLimit, ResourceLimit.Values> limits = Map.of();
        private @Nullable Integer umask;
        private @Nullable Integer nice;
        private Set<Integer> processors = Set.of();
        private boolean noNewPrivileges;
        private boolean leavesGroupAlone;

        private Builder(String program, @Nullable String searchPath) {
            this.program = withoutNul("program", program);
            this.searchPath = searchPath;
        }

        private Builder(Builder other) {
            program = other.program;
            searchPath = other.searchPath;
            argv0 = other.argv0;
            arguments = other.arguments;
            environment = other.environment;
            inheritsEnvironment = other.inheritsEnvironment;
            workingDirectory = other.workingDirectory;
            rootDirectory = other.rootDirectory;
            descriptors = new TreeMap<>(other.descriptors);
            pipeBytes = other.pipeBytes;
            terminal = other.terminal;
            group = other.group;
            parentDeathSignal = other.parentDeathSignal;
            credentials = other.credentials;
            capabilities = other.capabilities;
            limits = other.limits;
            umask = other.umask;
            nice = other.nice;
            processors = other.processors;
            noNewPrivileges = other.noNewPrivileges;
            leavesGroupAlone = other.leavesGroupAlone;
        }

        /**
         * Sets argv[0]. Default: the program as it was given.
         *
         * @param value what the program is told it was called as
         * @return this
         */
        public Builder argv0(String value) {
            argv0 = withoutNul("argv[0]", value);
            return this;
        }

        /**
         * Sets the arguments after argv[0]. Default: none.
         *
         * @param values the arguments
         * @return this
         */
        public Builder arguments(String... values) {
            return arguments(List.of(values));
        }

        /**
         * Sets the arguments after argv[0]. Default: none.
         *
         * @param values the arguments
         * @return this
         */
        public Builder arguments(Collection<String> values) {
            arguments = List.copyOf(values);
            for (int i = 0; i < arguments.size(); i++) {
                withoutNul("argument " + (i + 1), arguments.get(i));
            }
            return this;
        }

        /**
         * Sets one variable of the environment.
         *
         * @param name not empty, without {@code =}
         * @param value any text
         * @return this
         */
        public Builder environment(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(environment);
            more.put(name, value);
            return environment(more);
        }

        /**
         * Sets the whole environment. Default: empty.
         *
         * @param variables values by name
         * @return this
         */
        public Builder environment(Map<String, String> variables) {
            variables.forEach(Builder::checkVariable);
            environment = Map.copyOf(variables);
            return this;
        }

        /**
         * Hands on the variables of this JVM, too; those set here win.
         *
         * @return this
         */
        public Builder inheritEnvironment() {
            inheritsEnvironment = true;
            return this;
        }

        /**
         * Sets the working directory. Default: this JVM's own.
         *
         * @param directory absolute
         * @return this
         */
        public Builder workingDirectory(Path directory) {
            workingDirectory = absolute("working directory", directory);
            return this;
        }

        /**
         * Sets the root directory, below which the program and the working directory are then looked for (chroot(2),
         * which needs root). It keeps honest programs in their place and confines nobody else. Default: this JVM's own.
         *
         * @param directory absolute
         * @return this
         */
        public Builder rootDirectory(Path directory) {
            rootDirectory = absolute("root directory", directory);
            return this;
        }

        /**
         * Connects standard input. Default: the null device.
         *
         * @param stdio where to
         * @return this
         */
        public Builder stdin(Stdio stdio) {
            descriptors.put(0, stdio);
            return this;
        }

        /**
         * Connects standard output. Default: the null device.
         *
         * @param stdio where to
         * @return this
         */
        public Builder stdout(Stdio stdio) {
            descriptors.put(1, stdio);
            return this;
        }

        /**
         * Connects standard error. Default: the null device.
         *
         * @param stdio where to
         * @return this
         */
        public Builder stderr(Stdio stdio) {
            descriptors.put(2, stdio);
            return this;
        }

        /**
         * Passes a further descriptor. Every one that is not asked for is closed in the child.
         *
         * @param number 3 to 255, as the child sees it
         * @param stdio a file, the null device, an open descriptor of this JVM, an {@link Stdio#inputPipe()} or an
         *     {@link Stdio#outputPipe()}
         * @return this
         */
        public Builder descriptor(int number, Stdio stdio) {
            boolean isPassable = stdio instanceof Stdio.FileStdio
                    || stdio instanceof Stdio.DescriptorStdio
                    || stdio == Stdio.nullDevice()
                    || stdio == Stdio.inputPipe()
                    || stdio == Stdio.outputPipe();
            if (number < 3 || number > MAX_DESCRIPTOR || !isPassable) {
                throw new IllegalArgumentException("a further descriptor must be from 3 to " + MAX_DESCRIPTOR
                        + " and a file, the null device, an open descriptor, an input pipe or an output pipe, was "
                        + number + ": " + stdio);
            }
            descriptors.put(number, stdio);
            return this;
        }

        /**
         * Asks for larger or smaller pipes, which then keep their size. The kernel rounds up to a power of two of
         * pages, and may refuse more than {@code /proc/sys/fs/pipe-max-size} to an unprivileged user: then the pipe
         * keeps its default size.
         *
         * <p>Pipes of the kernel's default size may become larger later, see
         * {@link ProcessLauncherBuilder#maxLargePipes}.
         *
         * @param bytes 4096 to 2^30, or 0 for the kernel's default, mostly 65536, as a beginning
         * @return this
         */
        public Builder pipeBytes(int bytes) {
            if (bytes != 0 && (bytes < 4096 || bytes > 1 << 30)) {
                throw new IllegalArgumentException("pipe size must be 0, or from 4096 to 2^30 bytes, was " + bytes);
            }
            pipeBytes = bytes;
            return this;
        }

        /**
         * Connects the three standard streams to a new terminal, which the child, in a new session, controls.
         *
         * @param size its first size
         * @return this
         */
        public Builder terminal(TerminalSize size) {
            terminal = Objects.requireNonNull(size, "size");
            return this;
        }

        /**
         * Sets the process group. Default: {@link ProcessGroup#INHERIT}, or a new session with a terminal.
         *
         * @param value how the child is grouped
         * @return this
         */
        public Builder group(ProcessGroup value) {
            group = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Has the kernel signal the child when this JVM dies, or the launcher is disposed of. It costs an {@code exec}
         * of setpriv(1) more, and the program learns its path as argv[0]. The protection begins when setpriv runs, and
         * ends if the program changes its credentials (prctl(2), PR_SET_PDEATHSIG).
         *
         * @param signal mostly {@link Signal#KILL}
         * @return this
         */
        public Builder parentDeathSignal(Signal signal) {
            parentDeathSignal = Objects.requireNonNull(signal, "signal");
            return this;
        }

        /**
         * Runs the child as another user, through setpriv(1). Default: this JVM's own. What setpriv is refused, it says
         * on standard error, and exits with 1. Variables that change what a program loads are refused in the
         * environment then, since setpriv would load it before it drops its rights.
         *
         * @param value user and groups
         * @return this
         */
        public Builder credentials(Credentials value) {
            credentials = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Leaves the child just these capabilities, in all its sets, through setpriv(1), on the terms of
         * {@link #credentials}.
         *
         * @param names as in capabilities(7), in lower case without {@code cap_}, such as {@code net_bind_service}
         * @return this
         */
        public Builder capabilities(Set<String> names) {
            for (String name : names) {
                if (!name.matches("[a-z][a-z_]*")) {
                    throw new IllegalArgumentException(
                            "capability must be a name such as net_bind_service, was '" + name + "'");
                }
            }
            capabilities = Set.copyOf(new TreeSet<>(names));
            return this;
        }

        /**
         * Sets a resource limit, through prlimit(1). What prlimit is refused, it says on standard error, and exits with
         * 1.
         *
         * @param limit which one
         * @param values soft and hard
         * @return this
         */
        public Builder limit(ResourceLimit limit, ResourceLimit.Values values) {
            Map<ResourceLimit, ResourceLimit.Values> more = new EnumMap<>(ResourceLimit.class);
            more.putAll(limits);
            more.put(limit, values);
            limits = Map.copyOf(more);
            return this;
        }

        /**
         * Sets the file mode creation mask.
         *
         * @param mask 0 to 0777
         * @return this
         */
        public Builder umask(int mask) {
            umask = inRange("umask", mask, 0, 0777);
            return this;
        }

        /**
         * Sets the nice value.
         *
         * @param value -20 to 19
         * @return this
         */
        public Builder nice(int value) {
            nice = inRange("nice value", value, -20, 19);
            return this;
        }

        /**
         * Binds the child to processors.
         *
         * @param numbers 0 to 1023, at least one
         * @return this
         */
        public Builder processors(Set<Integer> numbers) {
            if (numbers.isEmpty()) {
                throw new IllegalArgumentException("processors must name at least one, were none");
            }
            numbers.forEach(number -> inRange("processor", number, 0, MAX_PROCESSORS - 1));
            processors = Set.copyOf(numbers);
            return this;
        }

        /**
         * Bars the child and its descendants from new privileges (prctl(2), PR_SET_NO_NEW_PRIVS).
         *
         * @return this
         */
        public Builder noNewPrivileges() {
            noNewPrivileges = true;
            return this;
        }

        /**
         * Leaves the rest of the group that the child leads alone: killing and releasing it, and disposing of the
         * launcher, concern the child itself, as if it led no group. For a program whose descendants are meant to
         * outlive it.
         *
         * @return this
         */
        public Builder leaveGroupAlone() {
            leavesGroupAlone = true;
            return this;
        }

        /**
         * Returns the specification.
         *
         * @return an immutable value
         * @throws IllegalArgumentException if settings contradict each other; the message says which
         */
        public ProcessSpec build() {
            Builder copy = new Builder(this);
            if (copy.terminal != null) {
                copy.group = ProcessGroup.NEW_SESSION;
            }
            copy.checkStreams();
            copy.checkWrappers();
            copy.checkLoaderVariables();
            copy.checkThrowawayThread();
            copy.descriptors = Collections.unmodifiableSortedMap(copy.descriptors);
            return new ProcessSpec(copy);
        }

        private void checkStreams() {
            if (descriptors.get(0) == Stdio.toStdout() || descriptors.get(1) == Stdio.toStdout()) {
                throw new IllegalArgumentException("only standard error can be connected to standard output");
            }
            for (int number = 0; number <= 2; number++) {
                checkDirection(number, descriptors.get(number));
                if (terminal != null && descriptors.get(number) != Stdio.nullDevice()) {
                    throw new IllegalArgumentException(
                            "a terminal is all three standard streams; stream " + number + " was set as well");
                }
            }
        }

        private static void checkDirection(int number, @Nullable Stdio stdio) {
            if (stdio == Stdio.inputPipe() || stdio == Stdio.outputPipe()) {
                throw new IllegalArgumentException(
                        "a standard stream must be Stdio.pipe(), stream " + number + " was " + stdio);
            }
            if (stdio instanceof Stdio.FileStdio file && (number == 0) != (file.mode() == Stdio.FileStdio.Mode.READ)) {
                throw new IllegalArgumentException("standard input must be a file to read from, the others one to"
                        + " write to; stream " + number + " was opened to " + file.mode());
            }
        }

        /** setpriv and prlimit set these, and they lie outside of another root. */
        private void checkWrappers() {
            boolean needsWrapper =
                    parentDeathSignal != null || credentials != null || capabilities != null || !limits.isEmpty();
            if (needsWrapper && (argv0 != null || rootDirectory != null)) {
                throw new IllegalArgumentException("argv[0] and a root directory cannot be chosen together with a"
                        + " parent-death signal, credentials, capabilities or limits");
            }
            if (rootDirectory != null && terminal != null) {
                throw new IllegalArgumentException("a terminal and a root directory cannot be chosen together");
            }
        }

        /** A program that still has the rights of this JVM must not load what somebody else names (ld.so(8)). */
        private void checkLoaderVariables() {
            if (credentials == null && capabilities == null) {
                return;
            }
            for (String name : environment.keySet()) {
                if (name.startsWith("LD_") || LOADER_VARIABLES.contains(name)) {
                    throw new IllegalArgumentException("environment variable " + name
                            + " cannot be chosen together with credentials or capabilities");
                }
            }
        }

        /** A throwaway thread sets these, and the signal would fire when that thread ends. */
        private void checkThrowawayThread() {
            if (parentDeathSignal != null && (umask != null || nice != null || !processors.isEmpty())) {
                throw new IllegalArgumentException(
                        "a parent-death signal cannot be chosen together with a umask, nice value or processors");
            }
        }

        private static Path absolute(String what, Path path) {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException(what + " must be an absolute path, was '" + path + "'");
            }
            withoutNul(what, path.toString());
            return path;
        }

        private static void checkVariable(String name, String value) {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException(
                        "environment variable must have a name without '=', was '" + name + "'");
            }
            withoutNul("environment variable name", name);
            withoutNul("environment variable " + name, value);
        }

        private static String withoutNul(String what, String value) {
            Objects.requireNonNull(value, what);
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(what + " must not contain a NUL byte");
            }
            return value;
        }

        private static int inRange(String what, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(what + " must be from " + min + " to " + max + ", was " + value);
            }
            return value;
        }
    }
}
