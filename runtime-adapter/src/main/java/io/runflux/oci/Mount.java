// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mount of a container.
 *
 * @param destination where, as the container sees it
 * @param type the file system, or null for a bind mount
 * @param source the device or directory, or null
 * @param options as of mount(8)
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record Mount(
        String destination,
        @Nullable String type,
        @Nullable String source,
        List<String> options,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param destination where, as the container sees it
     * @param type the file system, or null for a bind mount
     * @param source the device or directory, or null
     * @param options as of mount(8)
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if there is no destination
     */
    public Mount {
        Values.required("mounts.destination", destination);
        options = Values.list("mounts.options", options);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a mount.
     *
     * @param destination where, as the container sees it
     * @param type the file system
     * @param source the device or directory
     * @param options as of mount(8)
     * @return the mount
     */
    public static Mount of(String destination, String type, String source, String... options) {
        return new Mount(destination, type, source, List.of(options), Map.of());
    }

    /**
     * Returns a copy with another source.
     *
     * @param value what is mounted
     * @return the copy
     */
    public Mount withSource(String value) {
        return new Mount(destination, type, value, options, unknown);
    }

    /**
     * Says whether the mount shows files of the host: it is of type {@code bind}, or has option {@code bind} or
     * {@code rbind}.
     *
     * @return true if it is a bind mount
     */
    @JsonIgnore
    public boolean isBind() {
        return "bind".equals(type) || options.contains("bind") || options.contains("rbind");
    }
}
