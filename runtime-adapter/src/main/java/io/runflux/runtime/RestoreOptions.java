// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to go on from an image. What is set and the runtime does not have is refused.
 *
 * @param imagePath the directory with the image, absolute
 * @param workPath where logs and scratch files are written, absolute, or null for the image directory
 * @param lazyPages whether memory is fetched from a page server when it is needed
 * @param autoDedup whether memory is removed from the image once it is in use
 * @param noSubreaper whether the runtime does not become the parent of orphans
 * @param lsmProfile the profile of the security module, such as {@code apparmor:name}, or null for that of the image
 * @param lsmMountContext the context of mounts, or null for that of the image
 * @param criu what CRIU is told
 * @param create how to create the container
 */
public record RestoreOptions(
        Path imagePath,
        @Nullable Path workPath,
        boolean lazyPages,
        boolean autoDedup,
        boolean noSubreaper,
        @Nullable String lsmProfile,
        @Nullable String lsmMountContext,
        CriuOptions criu,
        CreateOptions create) {
    /**
     * Checks and copies the values.
     *
     * @param imagePath the directory with the image, absolute
     * @param workPath where logs and scratch files are written, absolute, or null for the image directory
     * @param lazyPages whether memory is fetched from a page server when it is needed
     * @param autoDedup whether memory is removed from the image once it is in use
     * @param noSubreaper whether the runtime does not become the parent of orphans
     * @param lsmProfile the profile of the security module, such as {@code apparmor:name}, or null for that of the
     *     image
     * @param lsmMountContext the context of mounts, or null for that of the image
     * @param criu what CRIU is told
     * @param create how to create the container
     * @throws IllegalArgumentException if the image path or the work path is relative
     */
    public RestoreOptions {
        Paths.checkAbsolute("image path", imagePath);
        if (workPath != null) {
            Paths.checkAbsolute("work path", workPath);
        }
    }

    /**
     * Returns the defaults: attached, everything off.
     *
     * @param imagePath the directory with the image, absolute
     * @return the defaults
     */
    public static RestoreOptions from(Path imagePath) {
        return new RestoreOptions(
                imagePath, null, false, false, false, null, null, CriuOptions.defaults(), CreateOptions.defaults());
    }

    /**
     * Returns these options with another place for scratch files.
     *
     * @param value where logs and scratch files are written, absolute, or null for the image directory
     * @return the options
     */
    public RestoreOptions withWorkPath(@Nullable Path value) {
        return new RestoreOptions(
                imagePath, value, lazyPages, autoDedup, noSubreaper, lsmProfile, lsmMountContext, criu, create);
    }

    /**
     * Returns these options with another answer to whether memory is fetched.
     *
     * @param value whether memory is fetched from a page server when it is needed
     * @return the options
     */
    public RestoreOptions withLazyPages(boolean value) {
        return new RestoreOptions(
                imagePath, workPath, value, autoDedup, noSubreaper, lsmProfile, lsmMountContext, criu, create);
    }

    /**
     * Returns these options with another answer to whether memory is removed.
     *
     * @param value whether memory is removed from the image once it is in use
     * @return the options
     */
    public RestoreOptions withAutoDedup(boolean value) {
        return new RestoreOptions(
                imagePath, workPath, lazyPages, value, noSubreaper, lsmProfile, lsmMountContext, criu, create);
    }

    /**
     * Returns these options with another answer to whether the runtime adopts orphans.
     *
     * @param value whether the runtime does not become the parent of orphans
     * @return the options
     */
    public RestoreOptions withNoSubreaper(boolean value) {
        return new RestoreOptions(
                imagePath, workPath, lazyPages, autoDedup, value, lsmProfile, lsmMountContext, criu, create);
    }

    /**
     * Returns these options with another profile.
     *
     * @param value the profile of the security module, such as {@code apparmor:name}, or null for that of the image
     * @return the options
     */
    public RestoreOptions withLsmProfile(@Nullable String value) {
        return new RestoreOptions(
                imagePath, workPath, lazyPages, autoDedup, noSubreaper, value, lsmMountContext, criu, create);
    }

    /**
     * Returns these options with another context of mounts.
     *
     * @param value the context of mounts, or null for that of the image
     * @return the options
     */
    public RestoreOptions withLsmMountContext(@Nullable String value) {
        return new RestoreOptions(
                imagePath, workPath, lazyPages, autoDedup, noSubreaper, lsmProfile, value, criu, create);
    }

    /**
     * Returns these options with other words to CRIU.
     *
     * @param value what CRIU is told
     * @return the options
     */
    public RestoreOptions withCriu(CriuOptions value) {
        return new RestoreOptions(
                imagePath, workPath, lazyPages, autoDedup, noSubreaper, lsmProfile, lsmMountContext, value, create);
    }

    /**
     * Returns these options with another way to create the container.
     *
     * @param value how to create the container
     * @return the options
     */
    public RestoreOptions withCreate(CreateOptions value) {
        return new RestoreOptions(
                imagePath, workPath, lazyPages, autoDedup, noSubreaper, lsmProfile, lsmMountContext, criu, value);
    }
}
