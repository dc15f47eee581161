// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.Stdio;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to write an image of a container. What is set and the runtime does not have is refused.
 *
 * @param imagePath the directory that the image is written to, absolute; it is made if it is missing
 * @param workPath where logs and scratch files are written, absolute, or null for the image directory
 * @param parentPath an earlier image that only the difference is written to, as the runtime takes it, or null
 * @param leaveRunning whether the container goes on afterwards
 * @param preDump whether only memory is written, and the container goes on
 * @param lazyPages whether memory is left for a page server to hand out
 * @param status what is told, by one byte, that the page server is ready: a file or a descriptor of ours, or null
 * @param pageServer the address and port of a page server to send memory to, or null
 * @param autoDedup whether memory that a later image has is removed from earlier ones
 * @param compression how the image is compressed, in the word of runsc, or null
 * @param criu what CRIU is told
 * @param extraArguments further arguments of the command, before the id; they are not checked
 */
public record CheckpointOptions(
        Path imagePath,
        @Nullable Path workPath,
        @Nullable Path parentPath,
        boolean leaveRunning,
        boolean preDump,
        boolean lazyPages,
        @Nullable Stdio status,
        @Nullable String pageServer,
        boolean autoDedup,
        @Nullable String compression,
        CriuOptions criu,
        List<String> extraArguments) {
    /**
     * Checks and copies the values.
     *
     * @param imagePath the directory that the image is written to, absolute; it is made if it is missing
     * @param workPath where logs and scratch files are written, absolute, or null for the image directory
     * @param parentPath an earlier image that only the difference is written to, as the runtime takes it, or null
     * @param leaveRunning whether the container goes on afterwards
     * @param preDump whether only memory is written, and the container goes on
     * @param lazyPages whether memory is left for a page server to hand out
     * @param status what is told, by one byte, that the page server is ready: a file or a descriptor of ours, or null
     * @param pageServer the address and port of a page server to send memory to, or null
     * @param autoDedup whether memory that a later image has is removed from earlier ones
     * @param compression how the image is compressed, in the word of runsc, or null
     * @param criu what CRIU is told
     * @param extraArguments further arguments of the command, before the id; they are not checked
     * @throws IllegalArgumentException if the image path or the work path is relative
     */
    public CheckpointOptions {
        Paths.checkAbsolute("image path", imagePath);
        if (workPath != null) {
            Paths.checkAbsolute("work path", workPath);
        }
        extraArguments = List.copyOf(extraArguments);
    }

    /**
     * Returns the defaults: the container ends, everything else off.
     *
     * @param imagePath the directory that the image is written to, absolute
     * @return the defaults
     */
    public static CheckpointOptions to(Path imagePath) {
        return new CheckpointOptions(
                imagePath, null, null, false, false, false, null, null, false, null, CriuOptions.defaults(), List.of());
    }

    /**
     * Returns these options with another place for scratch files.
     *
     * @param value where logs and scratch files are written, absolute, or null for the image directory
     * @return the options
     */
    public CheckpointOptions withWorkPath(@Nullable Path value) {
        return new CheckpointOptions(
                imagePath,
                value,
                parentPath,
                leaveRunning,
                preDump,
                lazyPages,
                status,
                pageServer,
                autoDedup,
                compression,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with another earlier image.
     *
     * @param value an earlier image that only the difference is written to, as the runtime takes it, or null
     * @return the options
     */
    public CheckpointOptions withParentPath(@Nullable Path value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                value,
                leaveRunning,
                preDump,
                lazyPages,
                status,
                pageServer,
                autoDedup,
                compression,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with another answer to whether the container goes on.
     *
     * @param value whether the container goes on afterwards
     * @return the options
     */
    public CheckpointOptions withLeaveRunning(boolean value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                value,
                preDump,
                lazyPages,
                status,
                pageServer,
                autoDedup,
                compression,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with another answer to whether only memory is written.
     *
     * @param value whether only memory is written, and the container goes on
     * @return the options
     */
    public CheckpointOptions withPreDump(boolean value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                leaveRunning,
                value,
                lazyPages,
                status,
                pageServer,
                autoDedup,
                compression,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with another answer to whether memory is left.
     *
     * @param value whether memory is left for a page server to hand out
     * @return the options
     */
    public CheckpointOptions withLazyPages(boolean value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                leaveRunning,
                preDump,
                value,
                status,
                pageServer,
                autoDedup,
                compression,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with another place for that byte.
     *
     * @param value what is told, by one byte, that the page server is ready: a file or a descriptor of ours, or null
     * @return the options
     */
    public CheckpointOptions withStatus(@Nullable Stdio value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                leaveRunning,
                preDump,
                lazyPages,
                value,
                pageServer,
                autoDedup,
                compression,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with another page server.
     *
     * @param value the address and port of a page server to send memory to, or null
     * @return the options
     */
    public CheckpointOptions withPageServer(@Nullable String value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                leaveRunning,
                preDump,
                lazyPages,
                status,
                value,
                autoDedup,
                compression,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with another answer to whether memory is removed.
     *
     * @param value whether memory that a later image has is removed from earlier ones
     * @return the options
     */
    public CheckpointOptions withAutoDedup(boolean value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                leaveRunning,
                preDump,
                lazyPages,
                status,
                pageServer,
                value,
                compression,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with another compression.
     *
     * @param value how the image is compressed, in the word of runsc, or null
     * @return the options
     */
    public CheckpointOptions withCompression(@Nullable String value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                leaveRunning,
                preDump,
                lazyPages,
                status,
                pageServer,
                autoDedup,
                value,
                criu,
                extraArguments);
    }

    /**
     * Returns these options with other words to CRIU.
     *
     * @param value what CRIU is told
     * @return the options
     */
    public CheckpointOptions withCriu(CriuOptions value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                leaveRunning,
                preDump,
                lazyPages,
                status,
                pageServer,
                autoDedup,
                compression,
                value,
                extraArguments);
    }

    /**
     * Returns these options with another list of further arguments.
     *
     * @param value further arguments of the command, before the id; they are not checked
     * @return the options
     */
    public CheckpointOptions withExtraArguments(List<String> value) {
        return new CheckpointOptions(
                imagePath,
                workPath,
                parentPath,
                leaveRunning,
                preDump,
                lazyPages,
                status,
                pageServer,
                autoDedup,
                compression,
                criu,
                value);
    }
}
