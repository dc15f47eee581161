// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.nio.file.Path;
import java.util.Objects;
import org.reactivestreams.Publisher;

/** Where one stream of a child is connected. */
public sealed interface Stdio {
    /**
     * Returns a pipe to this JVM, for standard input, output or error.
     *
     * @return the pipe
     */
    static Stdio pipe() {
        return Fixed.PIPE;
    }

    /**
     * Returns a pipe that the child reads from, for a further descriptor; {@link RunningProcess#send(int, Publisher)}
     * writes to it.
     *
     * @return the pipe
     */
    static Stdio inputPipe() {
        return Fixed.INPUT_PIPE;
    }

    /**
     * Returns a pipe that the child writes to, for a further descriptor; {@link RunningProcess#output(int)} reads from
     * it.
     *
     * @return the pipe
     */
    static Stdio outputPipe() {
        return Fixed.OUTPUT_PIPE;
    }

    /**
     * Returns {@code /dev/null}, opened for reading and writing.
     *
     * @return the null device
     */
    static Stdio nullDevice() {
        return Fixed.NULL_DEVICE;
    }

    /**
     * Returns this JVM's own stream of the same number.
     *
     * @return the inherited stream
     */
    static Stdio inherit() {
        return Fixed.INHERIT;
    }

    /**
     * Returns whatever standard output is connected to; for standard error only.
     *
     * @return the shared stream
     */
    static Stdio toStdout() {
        return Fixed.TO_STDOUT;
    }

    /**
     * Returns a file to read from. A FIFO that nobody writes to is at its end at once.
     *
     * @param path the file; a relative one is resolved against this JVM's working directory, here and now
     * @return the file
     */
    static Stdio readFrom(Path path) {
        return new FileStdio(path, FileStdio.Mode.READ);
    }

    /**
     * Returns a file to write to, emptied before, created with mode 0666 less the umask if it does not exist.
     *
     * @param path the file; a relative one is resolved against this JVM's working directory, here and now
     * @return the file
     */
    static Stdio writeTo(Path path) {
        return new FileStdio(path, FileStdio.Mode.WRITE);
    }

    /**
     * Returns a file to append to, created with mode 0666 less the umask if it does not exist.
     *
     * @param path the file; a relative one is resolved against this JVM's working directory, here and now
     * @return the file
     */
    static Stdio appendTo(Path path) {
        return new FileStdio(path, FileStdio.Mode.APPEND);
    }

    /**
     * Returns an open descriptor of this JVM. The caller keeps it open until the launch has completed and closes it
     * afterwards; the child has a duplicate.
     *
     * @param number 0 or more
     * @return the descriptor
     */
    static Stdio descriptor(int number) {
        return new DescriptorStdio(number);
    }

    /** The kinds that carry nothing. */
    enum Fixed implements Stdio {
        /** A pipe to this JVM. */
        PIPE,
        /** A pipe that the child reads from. */
        INPUT_PIPE,
        /** A pipe that the child writes to. */
        OUTPUT_PIPE,
        /** The null device. */
        NULL_DEVICE,
        /** This JVM's own stream. */
        INHERIT,
        /** The stream that standard output is connected to. */
        TO_STDOUT
    }

    /**
     * A file. It is opened before the child is started, never waiting for the other end of a FIFO: writing to one
     * without a reader fails.
     *
     * @param path absolute
     * @param mode how it is opened
     */
    record FileStdio(Path path, Mode mode) implements Stdio {
        /**
         * Makes the path absolute.
         *
         * @param path the file
         * @param mode how it is opened
         */
        public FileStdio {
            Objects.requireNonNull(mode, "mode");
            path = path.toAbsolutePath();
        }

        /** How a file is opened. */
        public enum Mode {
            /** For reading. */
            READ,
            /** For writing from its start, emptied. */
            WRITE,
            /** For writing at its end. */
            APPEND
        }
    }

    /**
     * An open descriptor of this JVM.
     *
     * @param number 0 or more
     */
    record DescriptorStdio(int number) implements Stdio {
        /**
         * Checks the number.
         *
         * @param number 0 or more
         * @throws IllegalArgumentException if it is negative
         */
        public DescriptorStdio {
            if (number < 0) {
                throw new IllegalArgumentException("descriptor must be 0 or more, was " + number);
            }
        }
    }
}
