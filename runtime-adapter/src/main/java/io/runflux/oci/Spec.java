// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a container: the {@code config.json} of a bundle.
 *
 * <p>Fields that are not modelled, of newer versions of the specification or of other platforms, are kept at every
 * level and written again.
 *
 * @param ociVersion the version of the specification that the configuration follows
 * @param process what to run, or null in a container that is never started
 * @param root the root file system, or null
 * @param hostname the host name, or null for that of the runtime
 * @param mounts the mounts, in the order in which they are made
 * @param hooks the hooks, or null for none
 * @param annotations free data
 * @param linux what concerns Linux, or null
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record Spec(
        String ociVersion,
        @Nullable OciProcess process,
        @Nullable Root root,
        @Nullable String hostname,
        List<Mount> mounts,
        @Nullable Hooks hooks,
        Map<String, String> annotations,
        @Nullable LinuxConfig linux,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /** The version of the specification that Runflux writes: the oldest that all supported runtimes take. */
    public static final String VERSION = "1.0.2";

    /** The name of the file of a bundle that holds the configuration. */
    public static final String FILE_NAME = "config.json";

    /**
     * Checks and copies the values.
     *
     * @param ociVersion the version of the specification that the configuration follows
     * @param process what to run, or null in a container that is never started
     * @param root the root file system, or null
     * @param hostname the host name, or null for that of the runtime
     * @param mounts the mounts, in the order in which they are made
     * @param hooks the hooks, or null for none
     * @param annotations free data
     * @param linux what concerns Linux, or null
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if there is no version
     */
    public Spec {
        Values.required("ociVersion", ociVersion);
        mounts = Values.list("mounts", mounts);
        annotations = Values.texts("annotations", annotations);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a copy with another process.
     *
     * @param value what to run, or null in a container that is never started
     * @return the copy
     */
    public Spec withProcess(@Nullable OciProcess value) {
        return new Spec(ociVersion, value, root, hostname, mounts, hooks, annotations, linux, unknown);
    }

    /**
     * Returns a copy with another root file system.
     *
     * @param value the root file system, or null
     * @return the copy
     */
    public Spec withRoot(@Nullable Root value) {
        return new Spec(ociVersion, process, value, hostname, mounts, hooks, annotations, linux, unknown);
    }

    /**
     * Returns a copy with another host name.
     *
     * @param value the host name, or null for that of the runtime
     * @return the copy
     */
    public Spec withHostname(@Nullable String value) {
        return new Spec(ociVersion, process, root, value, mounts, hooks, annotations, linux, unknown);
    }

    /**
     * Returns a copy with another list of mounts.
     *
     * @param value the mounts, in the order in which they are made
     * @return the copy
     */
    public Spec withMounts(List<Mount> value) {
        return new Spec(ociVersion, process, root, hostname, value, hooks, annotations, linux, unknown);
    }

    /**
     * Returns a copy with another set of hooks.
     *
     * @param value the hooks, or null for none
     * @return the copy
     */
    public Spec withHooks(@Nullable Hooks value) {
        return new Spec(ociVersion, process, root, hostname, mounts, value, annotations, linux, unknown);
    }

    /**
     * Returns a copy with another set of annotations.
     *
     * @param value free data
     * @return the copy
     */
    public Spec withAnnotations(Map<String, String> value) {
        return new Spec(ociVersion, process, root, hostname, mounts, hooks, value, linux, unknown);
    }

    /**
     * Returns a copy with another Linux part.
     *
     * @param value what concerns Linux, or null
     * @return the copy
     */
    public Spec withLinux(@Nullable LinuxConfig value) {
        return new Spec(ociVersion, process, root, hostname, mounts, hooks, annotations, value, unknown);
    }

    /**
     * Returns a copy in which what the specification takes relative to the bundle, the root and the sources of bind
     * mounts, is absolute, so that it can stand in another bundle.
     *
     * @param bundle the directory of this configuration
     * @return the copy
     */
    public Spec withPathsFrom(Path bundle) {
        Spec moved = root == null
                ? this
                : withRoot(new Root(bundle.resolve(root.path()).toString(), root.readonly(), root.unknown()));
        return moved.withMounts(
                mounts.stream().map(mount -> moved(mount, bundle)).toList());
    }

    private static Mount moved(Mount mount, Path bundle) {
        String source = mount.source();
        return mount.isBind() && source != null && !source.isEmpty()
                ? mount.withSource(bundle.resolve(source).toString())
                : mount;
    }
}
