// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a container, as a runtime reports it and as a hook reads it.
 *
 * <p>Runtimes differ in what they tell; fields that are not modelled are kept and written again.
 *
 * @param ociVersion the version of the specification, or null where the runtime does not tell
 * @param id the id; a runtime allows more than {@link io.runflux.events.ContainerId} does
 * @param statusText the status in the word of the runtime
 * @param pid the init process as the runtime sees it, or null if there is none: runtimes write 0 or -1
 * @param bundle the bundle, absolute
 * @param rootfs the root file system, absolute or as in the configuration, or null where the runtime does not tell
 * @param created when it was created, or null where the runtime does not tell
 * @param owner the user who created it, or null where the runtime does not tell
 * @param annotations those of the configuration
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record ContainerState(
        @Nullable String ociVersion,
        String id,
        @JsonProperty("status") String statusText,
        @Nullable Integer pid,
        String bundle,
        @Nullable String rootfs,
        @Nullable Instant created,
        @Nullable String owner,
        Map<String, String> annotations,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param ociVersion the version of the specification, or null where the runtime does not tell
     * @param id the id; a runtime allows more than {@link io.runflux.events.ContainerId} does
     * @param statusText the status in the word of the runtime
     * @param pid the init process as the runtime sees it, or null if there is none: runtimes write 0 or -1
     * @param bundle the bundle, absolute
     * @param rootfs the root file system, absolute or as in the configuration, or null where the runtime does not tell
     * @param created when it was created, or null where the runtime does not tell
     * @param owner the user who created it, or null where the runtime does not tell
     * @param annotations those of the configuration
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if id, status or bundle is missing
     */
    public ContainerState {
        Values.required("id", id);
        Values.required("status", statusText);
        Values.required("bundle", bundle);
        pid = pid == null || pid <= 0 ? null : pid;
        annotations = Values.texts("annotations", annotations);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a state as a runtime of today would report it.
     *
     * @param id the id
     * @param status the status
     * @param pid the init process, or null if there is none
     * @param bundle the bundle, absolute
     * @return the state
     */
    public static ContainerState of(String id, ContainerStatus status, @Nullable Integer pid, String bundle) {
        return new ContainerState(Spec.VERSION, id, status.word(), pid, bundle, null, null, null, Map.of(), Map.of());
    }

    /**
     * Returns the status.
     *
     * @return the status; {@link ContainerStatus#UNKNOWN} for a word that the specification does not have
     */
    public ContainerStatus status() {
        return ContainerStatus.of(statusText);
    }

    /**
     * Returns a copy with another init process.
     *
     * @param value the init process as the runtime sees it, or null if there is none: runtimes write 0 or -1
     * @return the copy
     */
    public ContainerState withPid(@Nullable Integer value) {
        return new ContainerState(
                ociVersion, id, statusText, value, bundle, rootfs, created, owner, annotations, unknown);
    }

    /**
     * Returns a copy with another time of creation.
     *
     * @param value when it was created, or null where the runtime does not tell
     * @return the copy
     */
    public ContainerState withCreated(@Nullable Instant value) {
        return new ContainerState(ociVersion, id, statusText, pid, bundle, rootfs, value, owner, annotations, unknown);
    }

    /**
     * Returns a copy with another set of annotations.
     *
     * @param value those of the configuration
     * @return the copy
     */
    public ContainerState withAnnotations(Map<String, String> value) {
        return new ContainerState(ociVersion, id, statusText, pid, bundle, rootfs, created, owner, value, unknown);
    }

    /**
     * Returns a copy with another status.
     *
     * @param value the status
     * @return the copy
     */
    public ContainerState withStatus(ContainerStatus value) {
        return new ContainerState(
                ociVersion, id, value.word(), pid, bundle, rootfs, created, owner, annotations, unknown);
    }

    /**
     * Returns a copy with one more unknown field.
     *
     * @param name the field
     * @param value a map, list, text, number or boolean
     * @return the copy
     */
    public ContainerState withUnknown(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(unknown);
        more.put(name, value);
        return new ContainerState(ociVersion, id, statusText, pid, bundle, rootfs, created, owner, annotations, more);
    }
}
