// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.Capabilities;
import io.runflux.oci.OciProcess;
import io.runflux.oci.User;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is executed in a container. Arguments and environment may hold secrets: {@code toString()} counts them. */
public sealed interface ExecProcess {
    /**
     * Returns the process as it is executed in a container.
     *
     * @param own the container's own process as it is configured, or null if it has none
     * @return the process
     */
    OciProcess in(@Nullable OciProcess own);

    /**
     * Returns the same with further variables, each instead of those of its name.
     *
     * @param added variables as {@code NAME=value}
     * @return the copy
     * @throws IllegalArgumentException if one has no name
     */
    ExecProcess withAddedEnv(List<String> added);

    /**
     * A process of which all is said, and nothing taken from the container's own.
     *
     * @param process the process
     */
    record Whole(OciProcess process) implements ExecProcess {
        /**
         * Checks the process.
         *
         * @param process the process
         * @throws IllegalArgumentException if it has no command
         */
        public Whole {
            check("process.args", process.args());
        }

        @Override
        public OciProcess in(@Nullable OciProcess own) {
            return process;
        }

        @Override
        public Whole withAddedEnv(List<String> added) {
            return new Whole(process.withAddedEnv(added));
        }
    }

    /**
     * A command as if the container's own process, as it is configured, executed it: with its environment, user,
     * working directory, capabilities, limits and all else but the terminal. If it has no {@code PATH}, that is one of
     * the usual directories.
     *
     * @param args the program and its arguments
     * @param env variables as {@code NAME=value}, each added to those of the container's process or instead of the one
     *     of its name
     * @param cwd the working directory, absolute, as the container sees it, or null for that of the container's process
     * @param user who it runs as, or null for the user of the container's process; one that is not root has no
     *     capabilities, as execve(2) has it
     */
    record Command(
            List<String> args,
            List<String> env,
            @Nullable String cwd,
            @Nullable User user) implements ExecProcess {
        private static final String PATH = "PATH=";
        private static final String DEFAULT_PATH =
                PATH + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

        /**
         * Checks and copies the values.
         *
         * @param args the program and its arguments
         * @param env variables as {@code NAME=value}
         * @param cwd the working directory, or null
         * @param user who it runs as, or null
         * @throws IllegalArgumentException if there is no command, a variable has no name, or the working directory is
         *     not absolute
         */
        public Command {
            check("command", args);
            args = List.copyOf(args);
            env = OciProcess.of(args).withAddedEnv(env).env();
            if (cwd != null && !cwd.startsWith("/")) {
                throw new IllegalArgumentException("cwd must be an absolute path, was '" + cwd + "'");
            }
        }

        /**
         * Returns a command that differs from the container's own process in nothing else.
         *
         * @param args the program and its arguments
         * @return the command
         * @throws IllegalArgumentException if there is none
         */
        public static Command of(List<String> args) {
            return new Command(args, List.of(), null, null);
        }

        @Override
        public Command withAddedEnv(List<String> added) {
            List<String> all =
                    OciProcess.of(args).withEnv(env).withAddedEnv(added).env();
            return new Command(args, all, cwd, user);
        }

        /**
         * Returns this command in another working directory.
         *
         * @param value absolute, as the container sees it, or null for that of the container's process
         * @return the command
         */
        public Command withCwd(@Nullable String value) {
            return new Command(args, env, value, user);
        }

        /**
         * Returns this command as another user.
         *
         * @param value who it runs as, or null for the user of the container's process
         * @return the command
         */
        public Command withUser(@Nullable User value) {
            return new Command(args, env, cwd, value);
        }

        @Override
        public OciProcess in(@Nullable OciProcess own) {
            OciProcess process = own == null ? OciProcess.of(args) : own.withArgs(args);
            OciProcess plain = process.withTerminal(false).withConsoleSize(null);
            OciProcess placed = cwd == null ? plain : plain.withCwd(cwd);
            OciProcess asked = placed.withAddedEnv(env);
            return asUser(hasPath(asked) ? asked : asked.withAddedEnv(List.of(DEFAULT_PATH)));
        }

        private static boolean hasPath(OciProcess process) {
            return process.env().stream().anyMatch(variable -> variable.startsWith(PATH));
        }

        /** A runtime would grant what the configuration lists, to anybody. */
        private OciProcess asUser(OciProcess process) {
            if (user == null) {
                return process;
            }
            Capabilities all = process.capabilities();
            OciProcess changed = process.withUser(user);
            return all == null || user.uid() == 0
                    ? changed
                    : changed.withCapabilities(
                            new Capabilities(all.bounding(), List.of(), List.of(), List.of(), List.of(), Map.of()));
        }

        /** Names the program, and counts the rest. */
        @Override
        public String toString() {
            return "Command[" + args.get(0) + ", " + args.size() + " arguments, " + env.size() + " variables, cwd "
                    + cwd + ", user " + user + "]";
        }
    }

    private static void check(String what, List<String> args) {
        Objects.requireNonNull(args, what);
        if (args.isEmpty()) {
            throw new IllegalArgumentException(what + " must have a command, was empty");
        }
    }
}
