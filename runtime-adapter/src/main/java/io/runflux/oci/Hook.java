// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that the runtime calls at a point of the life of a container.
 *
 * @param path the program, absolute
 * @param args its whole argument vector, argv[0] included; empty for the path alone
 * @param env its variables as {@code NAME=value}
 * @param timeout seconds after which it is given up, or null for none
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record Hook(
        String path,
        List<String> args,
        List<String> env,
        @Nullable Integer timeout,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param path the program, absolute
     * @param args its whole argument vector, argv[0] included; empty for the path alone
     * @param env its variables as {@code NAME=value}
     * @param timeout seconds after which it is given up, or null for none
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if there is no path
     */
    public Hook {
        Values.required("hook.path", path);
        args = Values.list("hook.args", args);
        env = Values.list("hook.env", env);
        unknown = Values.unknown(unknown);
    }

    /** Names the program, and counts the rest: arguments and environment may hold secrets. */
    @Override
    public String toString() {
        return "Hook[" + path + ", " + args.size() + " arguments, " + env.size() + " variables, timeout " + timeout
                + "]";
    }
}
