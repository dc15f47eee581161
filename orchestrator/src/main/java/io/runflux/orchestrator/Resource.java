// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.network.CniAttachment;
import io.runflux.network.CniNetwork;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Something that a container holds and that has to be given back. Data alone, which can be written down.
 *
 * <p>A run holds a {@link Bundle}, a {@link NetNs} and each {@link NetworkAttachment}. The other kinds are for services
 * that prepare something for a container themselves, and hold it by {@link ResourceKeeper#open}.
 */
public sealed interface Resource {
    /**
     * Says whether it is still there when the container's sandbox has ended.
     *
     * @return true for all but what is inside the sandbox
     */
    default boolean outlivesSandbox() {
        return true;
    }

    /**
     * Says what it is.
     *
     * @return words for messages, without secrets
     */
    String words();

    /** Something with a place among the files of this host, below one of the roots that are allowed. */
    sealed interface OnDisk extends Resource {
        /**
         * Returns where it is.
         *
         * @return absolute, without {@code .} and {@code ..}
         */
        Path path();
    }

    /**
     * The directory of a bundle that was written for a run. Of what is in it the files and the empty directories are
     * removed; it is the one that may lie anywhere, known by its name.
     *
     * @param path absolute; its name is that of a bundle of a run
     */
    record Bundle(Path path) implements OnDisk {
        static final String PREFIX = "runflux-bundle-";
        private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

        /**
         * Checks the path.
         *
         * @param path absolute; its name is that of a bundle of a run
         * @throws IllegalArgumentException if it is not
         */
        public Bundle {
            checkPath(path);
            if (!NAME.matcher(String.valueOf(path.getFileName())).matches()) {
                throw new IllegalArgumentException(
                        "a bundle that was written for a run is called " + PREFIX + "UUID, was '" + path + "'");
            }
        }

        @Override
        public String words() {
            return "bundle " + path;
        }
    }

    /**
     * A directory, which is removed if it is empty: what is put into it is a resource of its own.
     *
     * @param path absolute, without {@code .} and {@code ..}
     */
    record Directory(Path path) implements OnDisk {
        /**
         * Checks the path.
         *
         * @param path absolute, without {@code .} and {@code ..}
         * @throws IllegalArgumentException if it is not
         */
        public Directory {
            checkPath(path);
        }

        @Override
        public String words() {
            return "directory " + path;
        }
    }

    /**
     * A regular file.
     *
     * @param path absolute, without {@code .} and {@code ..}
     */
    record RegularFile(Path path) implements OnDisk {
        /**
         * Checks the path.
         *
         * @param path absolute, without {@code .} and {@code ..}
         * @throws IllegalArgumentException if it is not
         */
        public RegularFile {
            checkPath(path);
        }

        @Override
        public String words() {
            return "file " + path;
        }
    }

    /**
     * A FIFO.
     *
     * @param path absolute, without {@code .} and {@code ..}
     */
    record Fifo(Path path) implements OnDisk {
        /**
         * Checks the path.
         *
         * @param path absolute, without {@code .} and {@code ..}
         * @throws IllegalArgumentException if it is not
         */
        public Fifo {
            checkPath(path);
        }

        @Override
        public String words() {
            return "FIFO " + path;
        }
    }

    /**
     * A unix socket.
     *
     * @param path absolute, without {@code .} and {@code ..}
     */
    record Socket(Path path) implements OnDisk {
        /**
         * Checks the path.
         *
         * @param path absolute, without {@code .} and {@code ..}
         * @throws IllegalArgumentException if it is not
         */
        public Socket {
            checkPath(path);
        }

        @Override
        public String words() {
            return "socket " + path;
        }
    }

    /**
     * A mount in the mount namespace of this JVM, which is unmounted, but never lazily: one that is in use is an error.
     *
     * @param path where it is mounted: absolute, without {@code .} and {@code ..}
     */
    record Mount(Path path) implements OnDisk {
        /**
         * Checks the path.
         *
         * @param path where it is mounted
         * @throws IllegalArgumentException if it is not absolute
         */
        public Mount {
            checkPath(path);
        }

        @Override
        public String words() {
            return "mount " + path;
        }
    }

    /**
     * A mount in the mount namespace of a sandbox. It ends with the sandbox, and not otherwise: nobody else can unmount
     * it without running a program of the sandbox. So it is released once the sandbox or the mount has gone.
     *
     * @param path where it is mounted in the sandbox: absolute, without {@code .} and {@code ..}
     * @param pid a process of the sandbox
     * @param namespace the process's mount namespace, such as {@code mnt:[4026532000]}, as {@code /proc} links to it
     */
    record SandboxMount(Path path, int pid, String namespace) implements Resource {
        /**
         * Checks the values.
         *
         * @param path where it is mounted in the sandbox
         * @param pid a process of the sandbox
         * @param namespace the process's mount namespace
         * @throws IllegalArgumentException if the path is not absolute, or the pid is none
         */
        public SandboxMount {
            checkPath(path);
            Objects.requireNonNull(namespace, "namespace");
            if (pid < 1) {
                throw new IllegalArgumentException("pid must be at least 1, was " + pid);
            }
        }

        @Override
        public boolean outlivesSandbox() {
            return false;
        }

        @Override
        public String words() {
            return "mount " + path + " in the sandbox of process " + pid;
        }
    }

    /**
     * A network namespace.
     *
     * @param path its name in {@link ResourceOptions#namespaceDirectory()}
     */
    record NetNs(Path path) implements Resource {
        /**
         * Checks the path.
         *
         * @param path absolute, without {@code .} and {@code ..}
         * @throws IllegalArgumentException if it is not
         */
        public NetNs {
            checkPath(path);
        }

        /** Returns its name in its directory. */
        String name() {
            return String.valueOf(path.getFileName());
        }

        @Override
        public String words() {
            return "network namespace " + name();
        }
    }

    /**
     * The attachment of a network namespace to a network, with its interface and addresses.
     *
     * @param network the network
     * @param attachment what is attached to it
     */
    record NetworkAttachment(CniNetwork network, CniAttachment attachment) implements Resource {
        /**
         * Checks the values.
         *
         * @param network the network
         * @param attachment what is attached to it
         */
        public NetworkAttachment {
            Objects.requireNonNull(network, "network");
            Objects.requireNonNull(attachment, "attachment");
        }

        @Override
        public String words() {
            return "network " + network.name() + " at interface " + attachment.interfaceName();
        }
    }

    private static void checkPath(Path path) {
        if (!path.isAbsolute() || !path.normalize().equals(path) || path.getNameCount() == 0) {
            throw new IllegalArgumentException(
                    "the path of a resource must be absolute, without . and .., was '" + path + "'");
        }
    }
}
