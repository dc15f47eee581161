// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps plugins out of namespaces that are none of theirs. A path may lead to another namespace than it did, such as
 * that of a process whose number was given anew, and a plugin that deletes there takes an interface away from whoever
 * has it: from the host itself at worst. Every method blocks.
 */
final class NamespaceGuard {
    private final Path host;

    NamespaceGuard(@Nullable Path host) {
        this.host = Objects.requireNonNullElse(host, NamespaceFiles.OWN);
    }

    /** Returns the attachment with the number of its namespace, which must be there and not be the host's. */
    AttachedNetwork admit(AttachedNetwork wanted) throws IOException {
        Path namespace = wanted.attachment().namespace();
        long inode = NamespaceFiles.inodeOf(namespace).orElseThrow(() -> new NoSuchNamespaceException(namespace));
        if (isOfHost(inode)) {
            throw new NetworkException("network namespace " + namespace + " is that of the host", null);
        }
        return wanted.withNamespaceInode(inode);
    }

    /** Says whether the namespace of the attachment is there, and still the same where that is known. */
    boolean isStillThere(AttachedNetwork attached) throws IOException {
        OptionalLong inode = NamespaceFiles.inodeOf(attached.attachment().namespace());
        Long known = attached.namespaceInode();
        return inode.isPresent() && (known == null || known == inode.getAsLong()) && !isOfHost(inode.getAsLong());
    }

    private boolean isOfHost(long inode) throws IOException {
        OptionalLong own = NamespaceFiles.inodeOf(host);
        return own.isPresent() && own.getAsLong() == inode;
    }
}
