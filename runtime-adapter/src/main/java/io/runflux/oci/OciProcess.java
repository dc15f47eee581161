// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A process of a container: the {@code process} of a configuration, or one to execute in a running container.
 *
 * <p>Environment and arguments may hold secrets: {@link #toString()} counts them.
 *
 * @param args the command and its arguments; empty only in a container that is never started
 * @param env variables as {@code NAME=value}
 * @param cwd the working directory, absolute, as the container sees it
 * @param user who it runs as
 * @param terminal whether it has a terminal
 * @param consoleSize the first size of the terminal, or null
 * @param capabilities its capability sets, or null for what the runtime gives
 * @param rlimits its resource limits
 * @param noNewPrivileges whether it is barred from new privileges
 * @param oomScoreAdj -1000 to 1000, or null for that of the runtime
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record OciProcess(
        List<String> args,
        List<String> env,
        String cwd,
        User user,
        boolean terminal,
        @Nullable ConsoleSize consoleSize,
        @Nullable Capabilities capabilities,
        List<Rlimit> rlimits,
        boolean noNewPrivileges,
        @Nullable Integer oomScoreAdj,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param args the command and its arguments; empty only in a container that is never started
     * @param env variables as {@code NAME=value}
     * @param cwd the working directory, absolute, as the container sees it
     * @param user who it runs as
     * @param terminal whether it has a terminal
     * @param consoleSize the first size of the terminal, or null
     * @param capabilities its capability sets, or null for what the runtime gives
     * @param rlimits its resource limits
     * @param noNewPrivileges whether it is barred from new privileges
     * @param oomScoreAdj -1000 to 1000, or null for that of the runtime
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if the working directory is missing or relative, or a value is out of its range
     */
    public OciProcess {
        args = Values.list("process.args", args);
        env = Values.list("process.env", env);
        cwd = Values.required("process.cwd", cwd);
        if (!cwd.startsWith("/")) {
            throw new IllegalArgumentException("process.cwd must be an absolute path, was '" + cwd + "'");
        }
        user = user == null ? User.of(0, 0) : user;
        rlimits = Values.list("process.rlimits", rlimits);
        if (oomScoreAdj != null && Math.abs((long) oomScoreAdj) > 1000) {
            throw new IllegalArgumentException("process.oomScoreAdj must be from -1000 to 1000, was " + oomScoreAdj);
        }
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a process of root in {@code /}, with an empty environment and without limits.
     *
     * @param args the command and its arguments
     * @return the process
     */
    public static OciProcess of(List<String> args) {
        return new OciProcess(args, List.of(), "/", User.of(0, 0), false, null, null, List.of(), false, null, Map.of());
    }

    /**
     * Returns a copy with another command.
     *
     * @param value the command and its arguments; empty only in a container that is never started
     * @return the copy
     */
    public OciProcess withArgs(List<String> value) {
        return new OciProcess(
                value,
                env,
                cwd,
                user,
                terminal,
                consoleSize,
                capabilities,
                rlimits,
                noNewPrivileges,
                oomScoreAdj,
                unknown);
    }

    /**
     * Returns a copy with another environment.
     *
     * @param value variables as {@code NAME=value}
     * @return the copy
     */
    public OciProcess withEnv(List<String> value) {
        return new OciProcess(
                args,
                value,
                cwd,
                user,
                terminal,
                consoleSize,
                capabilities,
                rlimits,
                noNewPrivileges,
                oomScoreAdj,
                unknown);
    }

    /**
     * Returns a copy with further variables, each instead of those of its name.
     *
     * @param added variables as {@code NAME=value}
     * @return the copy
     * @throws IllegalArgumentException if one has no name
     */
    public OciProcess withAddedEnv(List<String> added) {
        List<String> variables = new ArrayList<>(env);
        for (String variable : added) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("process.env must have NAME=value, a variable has no name");
            }
            String name = variable.substring(0, equals + 1);
            variables.removeIf(present -> present.startsWith(name));
            variables.add(variable);
        }
        return withEnv(variables);
    }

    /**
     * Returns a copy with another working directory.
     *
     * @param value the working directory, absolute, as the container sees it
     * @return the copy
     */
    public OciProcess withCwd(String value) {
        return new OciProcess(
                args,
                env,
                value,
                user,
                terminal,
                consoleSize,
                capabilities,
                rlimits,
                noNewPrivileges,
                oomScoreAdj,
                unknown);
    }

    /**
     * Returns a copy with another user.
     *
     * @param value who it runs as
     * @return the copy
     */
    public OciProcess withUser(User value) {
        return new OciProcess(
                args,
                env,
                cwd,
                value,
                terminal,
                consoleSize,
                capabilities,
                rlimits,
                noNewPrivileges,
                oomScoreAdj,
                unknown);
    }

    /**
     * Returns a copy with another answer to whether it has a terminal.
     *
     * @param value whether it has a terminal
     * @return the copy
     */
    public OciProcess withTerminal(boolean value) {
        return new OciProcess(
                args, env, cwd, user, value, consoleSize, capabilities, rlimits, noNewPrivileges, oomScoreAdj, unknown);
    }

    /**
     * Returns a copy with another terminal size.
     *
     * @param value the first size of the terminal, or null
     * @return the copy
     */
    public OciProcess withConsoleSize(@Nullable ConsoleSize value) {
        return new OciProcess(
                args, env, cwd, user, terminal, value, capabilities, rlimits, noNewPrivileges, oomScoreAdj, unknown);
    }

    /**
     * Returns a copy with another capabilities.
     *
     * @param value its capability sets, or null for what the runtime gives
     * @return the copy
     */
    public OciProcess withCapabilities(@Nullable Capabilities value) {
        return new OciProcess(
                args, env, cwd, user, terminal, consoleSize, value, rlimits, noNewPrivileges, oomScoreAdj, unknown);
    }

    /**
     * Returns a copy with another limits.
     *
     * @param value its resource limits
     * @return the copy
     */
    public OciProcess withRlimits(List<Rlimit> value) {
        return new OciProcess(
                args,
                env,
                cwd,
                user,
                terminal,
                consoleSize,
                capabilities,
                value,
                noNewPrivileges,
                oomScoreAdj,
                unknown);
    }

    /**
     * Returns a copy with another answer to whether new privileges are barred.
     *
     * @param value whether it is barred from new privileges
     * @return the copy
     */
    public OciProcess withNoNewPrivileges(boolean value) {
        return new OciProcess(
                args, env, cwd, user, terminal, consoleSize, capabilities, rlimits, value, oomScoreAdj, unknown);
    }

    /** Names the program, and counts the rest: arguments and environment may hold secrets. */
    @Override
    public String toString() {
        String program = args.isEmpty() ? "no program" : args.get(0);
        return "OciProcess[" + program + ", " + args.size() + " arguments, " + env.size() + " variables, cwd " + cwd
                + "]";
    }
}
