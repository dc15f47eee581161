// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command did not end well. It may have failed in several ways at once, and has all of them, in this order: the work
 * with its standard output and error, its standard input, {@link CopyTimeoutException}, {@link ExitUnknownException},
 * {@link ExitError}. The first is the cause, and the others are suppressed.
 *
 * <p>Messages name the command, and never its arguments, environment or output.
 */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What was run. */
    private final String command;

    /** How the process ended. */
    private final transient ExitState exitState;

    /** What went wrong. */
    private final transient List<Throwable> errors;

    /** What was read. */
    private final transient @Nullable CommandOutput output;

    private CommandException(
            String command, ExitState exitState, List<Throwable> errors, @Nullable CommandOutput output) {
        super("command " + command + ": " + texts(errors), errors.get(0));
        this.command = command;
        this.exitState = exitState;
        this.errors = List.copyOf(errors);
        this.output = output;
        errors.stream().skip(1).forEach(this::addSuppressed);
    }

    /** Takes one error at least. */
    static CommandException of(String command, ExitState exitState, List<Throwable> errors) {
        return new CommandException(command, exitState, errors, null);
    }

    CommandException withOutput(CommandOutput value) {
        return new CommandException(command, exitState, errors, value);
    }

    private static String texts(List<Throwable> errors) {
        return errors.stream()
                .map(error -> Objects.requireNonNullElse(error.getMessage(), error.toString()))
                .collect(Collectors.joining("; "));
    }

    /**
     * Returns how the process ended, which can be well.
     *
     * @return the state
     */
    public ExitState exitState() {
        return exitState;
    }

    /**
     * Returns all that went wrong.
     *
     * @return one error at least, in the order of this class
     */
    public List<Throwable> errors() {
        return errors;
    }

    /**
     * Looks for an error among those and their causes.
     *
     * @param type its type
     * @param <T> its type
     * @return the first of that type
     */
    public <T extends Throwable> Optional<T> find(Class<T> type) {
        return errors.stream()
                .flatMap(error -> Stream.iterate(error, Objects::nonNull, Throwable::getCause))
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    /**
     * Returns what the command wrote until then.
     *
     * @return the output; null if it was not kept, but handed on or discarded
     */
    public @Nullable CommandOutput output() {
        return output;
    }
}
