// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says about Linux: what is not modelled here, seccomp for one, is among the unknown fields.
 *
 * @param namespaces the namespaces that are not those of the runtime
 * @param uidMappings the users of a user namespace
 * @param gidMappings the groups of a user namespace
 * @param cgroupsPath the control group, or null for what the runtime chooses
 * @param resources the limits of the control group, as the specification has them
 * @param sysctl kernel parameters
 * @param rootfsPropagation the mount propagation of the root, or null
 * @param maskedPaths what the container cannot see
 * @param readonlyPaths what the container cannot write
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record LinuxConfig(
        List<LinuxNamespace> namespaces,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        @Nullable String cgroupsPath,
        Map<String, Object> resources,
        Map<String, String> sysctl,
        @Nullable String rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param namespaces the namespaces that are not those of the runtime
     * @param uidMappings the users of a user namespace
     * @param gidMappings the groups of a user namespace
     * @param cgroupsPath the control group, or null for what the runtime chooses
     * @param resources the limits of the control group, as the specification has them
     * @param sysctl kernel parameters
     * @param rootfsPropagation the mount propagation of the root, or null
     * @param maskedPaths what the container cannot see
     * @param readonlyPaths what the container cannot write
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public LinuxConfig {
        namespaces = Values.list("linux.namespaces", namespaces);
        uidMappings = Values.list("linux.uidMappings", uidMappings);
        gidMappings = Values.list("linux.gidMappings", gidMappings);
        maskedPaths = Values.list("linux.maskedPaths", maskedPaths);
        readonlyPaths = Values.list("linux.readonlyPaths", readonlyPaths);
        resources = Values.unknown(resources);
        sysctl = Values.texts("linux.sysctl", sysctl);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a copy with another list of namespaces.
     *
     * @param value the namespaces that are not those of the runtime
     * @return the copy
     */
    public LinuxConfig withNamespaces(List<LinuxNamespace> value) {
        return new LinuxConfig(
                value,
                uidMappings,
                gidMappings,
                cgroupsPath,
                resources,
                sysctl,
                rootfsPropagation,
                maskedPaths,
                readonlyPaths,
                unknown);
    }

    /**
     * Returns a copy with another control group.
     *
     * @param value the control group, or null for what the runtime chooses
     * @return the copy
     */
    public LinuxConfig withCgroupsPath(@Nullable String value) {
        return new LinuxConfig(
                namespaces,
                uidMappings,
                gidMappings,
                value,
                resources,
                sysctl,
                rootfsPropagation,
                maskedPaths,
                readonlyPaths,
                unknown);
    }

    /**
     * Returns a copy with another set of limits.
     *
     * @param value the limits of the control group, as the specification has them
     * @return the copy
     */
    public LinuxConfig withResources(Map<String, Object> value) {
        return new LinuxConfig(
                namespaces,
                uidMappings,
                gidMappings,
                cgroupsPath,
                value,
                sysctl,
                rootfsPropagation,
                maskedPaths,
                readonlyPaths,
                unknown);
    }
}
