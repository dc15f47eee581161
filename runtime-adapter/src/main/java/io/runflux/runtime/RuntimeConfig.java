// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.Signal;
import io.runflux.process.ProcessGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How to call a command line runtime: an immutable value, checked when it is built. */
public final class RuntimeConfig {
    /** The directories that runtimes are looked for in, and that they look for their own helpers in. */
    public static final String TRUSTED_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Builder settings;

    private RuntimeConfig(Builder settings) {
        this.settings = settings;
    }

    /**
     * Returns the configuration that a {@linkplain #builder(Path) builder} makes unless told otherwise.
     *
     * @param binary the program, absolute
     * @return the configuration
     */
    public static RuntimeConfig of(Path binary) {
        return builder(binary).build();
    }

    /**
     * Begins a configuration.
     *
     * @param binary the program, absolute; symbolic links are resolved, and it is called only if it and all directories
     *     above it belong to root or to this user, and no one else can write to them. That is looked at before a call;
     *     what was found holds for a second, unless a directory above the program or the root is sticky
     * @return a builder
     * @throws IllegalArgumentException if the path is relative
     */
    public static Builder builder(Path binary) {
        return new Builder(binary);
    }

    /**
     * Begins another configuration with these values.
     *
     * @return a builder
     */
    public Builder toBuilder() {
        return new Builder(settings);
    }

    /**
     * Returns the program.
     *
     * @return absolute
     */
    public Path binary() {
        return settings.binary;
    }

    /**
     * Returns the directory of the runtime's state.
     *
     * @return absolute
     */
    public Path root() {
        return settings.root;
    }

    /**
     * Says whether control groups are made by systemd.
     *
     * @return whether they are
     */
    public boolean systemdCgroup() {
        return settings.systemdCgroup;
    }

    /**
     * Says whether the runtime is told that its user is not root.
     *
     * @return whether it is, or null to let it find out
     */
    public @Nullable Boolean rootless() {
        return settings.rootless;
    }

    /**
     * Says whether the runtime logs what only its authors need.
     *
     * @return whether it does
     */
    public boolean debug() {
        return settings.debug;
    }

    /**
     * Returns the file that the logs of the commands are gathered in.
     *
     * @return absolute, or null for none
     */
    public @Nullable Path log() {
        return settings.log;
    }

    /**
     * Returns the format that the logs of the commands are gathered in.
     *
     * @return the format
     */
    public LogFormat logFormat() {
        return settings.logFormat;
    }

    /**
     * Returns the file that runsc writes its panics to.
     *
     * @return absolute, or null for none
     */
    public @Nullable Path panicLog() {
        return settings.panicLog;
    }

    /**
     * Returns further global flags.
     *
     * @return by name, without dashes, in the order in which they are passed
     */
    public Map<String, String> flags() {
        return settings.flags;
    }

    /**
     * Returns all variables that the runtime gets.
     *
     * @return by name
     */
    public Map<String, String> environment() {
        return settings.environment;
    }

    /**
     * Returns where a directory for each call that needs files is made, and removed at its end.
     *
     * @return absolute
     */
    public Path temporaryDirectory() {
        return settings.temporaryDirectory;
    }

    /**
     * Returns the command that every command of the runtime is appended to.
     *
     * @return empty for none
     */
    public List<String> commandPrefix() {
        return settings.commandPrefix;
    }

    /**
     * Returns the process group of the commands.
     *
     * @return the group
     */
    public ProcessGroup processGroup() {
        return settings.processGroup;
    }

    /**
     * Returns what a command gets when this JVM dies.
     *
     * @return the signal, or null for nothing
     */
    public @Nullable Signal parentDeathSignal() {
        return settings.parentDeathSignal;
    }

    /**
     * Returns how long a command may take that is not attached to a process, does not wait and does not stream.
     *
     * @return the limit, or null for none
     */
    public @Nullable Duration callTimeout() {
        return settings.callTimeout;
    }

    /**
     * Returns further global arguments.
     *
     * @return as given
     */
    public List<String> extraArguments() {
        return settings.extraArguments;
    }

    /** How the logs of the commands are gathered. */
    public enum LogFormat {
        /** As the runtime writes them: JSON objects with the members time, level and msg. */
        JSON,
        /** As lines of text: the time, the level and the message. */
        TEXT
    }

    /** Collects the values. Not safe for concurrent use. */
    public static final class Builder {
        private final Path binary;
        private Path root;
        private boolean systemdCgroup;
        private @Nullable Boolean rootless;
        private boolean debug;
        private @Nullable Path log;
        private LogFormat logFormat = LogFormat.JSON;
        private @Nullable Path panicLog;
        private Map<String, String> flags = Map.of();
        private Map<String, String> environment;
        private Path temporaryDirectory = Paths.callDirectory();
        private List<String> commandPrefix = List.of();
        private ProcessGroup processGroup = ProcessGroup.NEW_GROUP;
        private @Nullable Signal parentDeathSignal;
        private @Nullable Duration callTimeout;
        private List<String> extraArguments = List.of();

        private Builder(Path binary) {
            this.binary = Paths.checkAbsolute("runtime binary", binary);
            root = Paths.stateDirectory(String.valueOf(binary.getFileName()));
            environment = defaultEnvironment();
        }

        private Builder(Builder other) {
            binary = other.binary;
            root = other.root;
            systemdCgroup = other.systemdCgroup;
            rootless = other.rootless;
            debug = other.debug;
            log = other.log;
            logFormat = other.logFormat;
            panicLog = other.panicLog;
            flags = other.flags;
            environment = other.environment;
            temporaryDirectory = other.temporaryDirectory;
            commandPrefix = other.commandPrefix;
            processGroup = other.processGroup;
            parentDeathSignal = other.parentDeathSignal;
            callTimeout = other.callTimeout;
            extraArguments = other.extraArguments;
        }

        private static Map<String, String> defaultEnvironment() {
            String runtimeDirectory = System.getenv("XDG_RUNTIME_DIR");
            return runtimeDirectory == null
                    ? Map.of("PATH", TRUSTED_PATH)
                    : Map.of("PATH", TRUSTED_PATH, "XDG_RUNTIME_DIR", runtimeDirectory);
        }

        /**
         * Sets the directory where the runtime keeps the state of containers. It is always passed, with symbolic links
         * resolved, and trusted on the terms of the binary, and for as long; above both, sticky directories of root
         * will do. Default: {@code /run/runflux/NAME} for root, {@code $XDG_RUNTIME_DIR/runflux/NAME} for others, and
         * {@code /tmp/runflux-UID/NAME} for others without that variable.
         *
         * @param directory absolute
         * @return this builder
         * @throws IllegalArgumentException if the path is relative
         */
        public Builder root(Path directory) {
            root = Paths.checkAbsolute("runtime root", directory);
            return this;
        }

        /**
         * Sets whether control groups are made by systemd. Default: no.
         *
         * @param value whether they are
         * @return this builder
         */
        public Builder systemdCgroup(boolean value) {
            systemdCgroup = value;
            return this;
        }

        /**
         * Tells the runtime whether its user is not root. Default: it finds out.
         *
         * @param value whether the user is not root, or null to let it find out
         * @return this builder
         */
        public Builder rootless(@Nullable Boolean value) {
            rootless = value;
            return this;
        }

        /**
         * Sets whether the runtime logs what only its authors need. Default: no.
         *
         * @param value whether it does
         * @return this builder
         */
        public Builder debug(boolean value) {
            debug = value;
            return this;
        }

        /**
         * Gathers the logs of the commands in a file. Each command has a log of its own, so that no error gets the
         * reason of another; it is appended to this file, at most its first MiB, when the command, or the process that
         * it is attached to, has ended. Default: none.
         *
         * @param file absolute; it is created with mode 0600 if it does not exist
         * @return this builder
         * @throws IllegalArgumentException if the path is relative
         */
        public Builder log(Path file) {
            log = Paths.checkAbsolute("log of the runtime", file);
            return this;
        }

        /**
         * Sets the format that the logs of the commands are gathered in. Default: JSON.
         *
         * @param format the format
         * @return this builder
         */
        public Builder logFormat(LogFormat format) {
            logFormat = format;
            return this;
        }

        /**
         * Sets the file that runsc writes its panics to; the other runtimes know none. Default: none.
         *
         * @param file absolute
         * @return this builder
         * @throws IllegalArgumentException if the path is relative
         */
        public Builder panicLog(Path file) {
            panicLog = Paths.checkAbsolute("panic log", file);
            return this;
        }

        /**
         * Sets further global flags, passed as {@code --name=value} in the order of the map; they are not checked.
         * Default: none.
         *
         * @param values by name, without dashes
         * @return this builder
         * @throws IllegalArgumentException if one is {@code root}, {@code log} or {@code log-format}, which have
         *     settings of their own
         */
        public Builder flags(Map<String, String> values) {
            for (String own : List.of("root", "log", "log-format")) {
                if (values.containsKey(own)) {
                    throw new IllegalArgumentException("the flag '" + own + "' has a setting of its own");
                }
            }
            flags = Collections.unmodifiableMap(new LinkedHashMap<>(values));
            return this;
        }

        /**
         * Sets all variables that the runtime gets; nothing is inherited. Default: {@code PATH} with
         * {@link #TRUSTED_PATH}, and {@code XDG_RUNTIME_DIR} as this JVM has it.
         *
         * @param variables by name
         * @return this builder
         * @throws IllegalArgumentException if there is {@code NOTIFY_SOCKET}, which would make the runtime wait for the
         *     container
         */
        public Builder environment(Map<String, String> variables) {
            if (variables.containsKey("NOTIFY_SOCKET")) {
                throw new IllegalArgumentException("the environment of a runtime must not have NOTIFY_SOCKET");
            }
            environment = Map.copyOf(variables);
            return this;
        }

        /**
         * Sets where a directory for each call that needs files is made, and removed at its end. runc writes a pid or
         * an error there through to the disk, so a place in memory saves some of the time of a call. Default:
         * {@code /run/runflux/calls} for root, {@code $XDG_RUNTIME_DIR/runflux/calls} for others, which is made when it
         * is first needed; the temporary directory of this JVM where, as this builder is made, this user may not write
         * there, or others may change what is on the way there.
         *
         * @param directory an existing directory, absolute
         * @return this builder
         * @throws IllegalArgumentException if the path is relative
         */
        public Builder temporaryDirectory(Path directory) {
            temporaryDirectory = Paths.checkAbsolute("temporary directory", directory);
            return this;
        }

        /**
         * Sets a command that every command of the runtime is appended to, to run it in other namespaces, for one.
         * Default: none.
         *
         * @param command its first element an absolute path; empty for none
         * @return this builder
         * @throws IllegalArgumentException if it begins with anything else
         */
        public Builder commandPrefix(List<String> command) {
            commandPrefix = Paths.checkPrefix(command);
            return this;
        }

        /**
         * Sets the process group of the commands. Default: one of its own for each, so that a Ctrl-C in this JVM's
         * terminal does not stop a runtime half way.
         *
         * @param group the group
         * @return this builder
         */
        public Builder processGroup(ProcessGroup group) {
            processGroup = group;
            return this;
        }

        /**
         * Sets what a command gets when this JVM dies. Default: nothing.
         *
         * @param signal the signal, or null for nothing
         * @return this builder
         */
        public Builder parentDeathSignal(@Nullable Signal signal) {
            parentDeathSignal = signal;
            return this;
        }

        /**
         * Limits how long a command may take that is not attached to a process, does not wait and does not stream; one
         * that takes longer is killed and fails with {@link RuntimeTimeoutException}. Default: no limit.
         *
         * @param limit positive
         * @return this builder
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder callTimeout(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("call timeout must be positive, was " + limit);
            }
            callTimeout = limit;
            return this;
        }

        /**
         * Sets further global arguments; they are not checked. Default: none.
         *
         * @param arguments each a word
         * @return this builder
         */
        public Builder extraArguments(List<String> arguments) {
            extraArguments = List.copyOf(arguments);
            return this;
        }

        /**
         * Makes the configuration; the builder can be used on.
         *
         * @return the configuration
         */
        public RuntimeConfig build() {
            return new RuntimeConfig(new Builder(this));
        }
    }
}
