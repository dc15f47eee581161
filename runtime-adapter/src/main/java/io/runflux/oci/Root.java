// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;

/**
 * The root file system of a container.
 *
 * @param path where it is; a relative path is taken from the bundle
 * @param readonly whether the container may not write to it
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record Root(
        String path,
        boolean readonly,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param path where it is; a relative path is taken from the bundle
     * @param readonly whether the container may not write to it
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if there is no path
     */
    public Root {
        Values.required("root.path", path);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a root that the container may write to.
     *
     * @param path where it is; a relative path is taken from the bundle
     * @return the root
     */
    public static Root of(String path) {
        return new Root(path, false, Map.of());
    }
}
