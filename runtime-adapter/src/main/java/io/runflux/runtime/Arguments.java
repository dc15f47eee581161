// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one command, as they are collected. Options are spelled {@code --name value} or with an equals sign.
 */
final class Arguments {
    /** What follows is the id, and never an option. */
    private static final String END_OF_OPTIONS = "--";

    private final List<String> words = new ArrayList<>();
    private final boolean isJoined;

    private Arguments(boolean isJoined) {
        this.isJoined = isJoined;
    }

    /** Begins arguments whose options and values are words of their own. */
    static Arguments separate(String... words) {
        return new Arguments(false).add(words);
    }

    /** Begins arguments whose options and values are one word. */
    static Arguments joined(String... words) {
        return new Arguments(true).add(words);
    }

    Arguments add(String... more) {
        words.addAll(List.of(more));
        return this;
    }

    Arguments addAll(Collection<String> more) {
        words.addAll(more);
        return this;
    }

    /** Adds an option, unless its value is null. */
    Arguments option(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        return isJoined ? add(name + "=" + value) : add(name, value.toString());
    }

    /** Adds a flag that is set. */
    Arguments flag(String name, boolean isSet) {
        return isSet ? add(name) : this;
    }

    /** Ends the options. */
    Arguments id(ContainerId id) {
        return add(END_OF_OPTIONS, id.value());
    }

    List<String> toList() {
        return List.copyOf(words);
    }
}
