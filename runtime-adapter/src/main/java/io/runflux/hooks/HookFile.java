// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A hook, which containers it is for, and when it is called.
 *
 * @param name the name of its file, by which a file of a later directory wins
 * @param path where that file was found, absolute; symbolic links are not resolved
 * @param hook what is called
 * @param when which containers it is for
 * @param stages when it is called: stages of the specification, and extension stages
 */
public record HookFile(String name, Path path, Hook hook, HookCondition when, List<String> stages) {
    /** By lower-cased name, each by its code points and without regard to a language. */
    static final Comparator<HookFile> BY_NAME =
            Comparator.comparing(HookFile::lowerCased, Arrays::compare).thenComparing(HookFile::name);

    /**
     * Checks and copies the values.
     *
     * @param name the name of its file, by which a file of a later directory wins
     * @param path where that file was found, absolute; symbolic links are not resolved
     * @param hook what is called
     * @param when which containers it is for
     * @param stages when it is called: stages of the specification, and extension stages
     */
    public HookFile {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(hook, "hook");
        Objects.requireNonNull(when, "when");
        stages = List.copyOf(stages);
    }

    private int[] lowerCased() {
        return name.codePoints().map(Character::toLowerCase).toArray();
    }
}
