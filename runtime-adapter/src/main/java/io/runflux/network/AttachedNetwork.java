// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was written down of an attachment.
 *
 * @param network the network as it was when the container was attached
 * @param attachment what is attached to it
 * @param namespaceInode the number of the namespace, by which it is told from a later one at the same path, or null if
 *     it is not known
 * @param result what came of it, or null if that was never known: the plugins are still at it, failed and could not be
 *     undone, or their JVM died
 */
public record AttachedNetwork(
        CniNetwork network,
        CniAttachment attachment,
        @Nullable Long namespaceInode,
        @Nullable CniResult result) {
    /**
     * Checks the values.
     *
     * @param network the network as it was when the container was attached
     * @param attachment what is attached to it
     * @param namespaceInode the number of the namespace, or null if it is not known
     * @param result what came of it, or null if that was never known
     */
    public AttachedNetwork {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(attachment, "attachment");
    }

    static AttachedNetwork of(CniNetwork network, CniAttachment attachment) {
        return new AttachedNetwork(network, attachment, null, null);
    }

    AttachedNetwork withNamespaceInode(long value) {
        return new AttachedNetwork(network, attachment, value, result);
    }

    AttachedNetwork withResult(CniResult value) {
        return new AttachedNetwork(network, attachment, namespaceInode, value);
    }

    String words() {
        return "container " + attachment.container() + " and network " + network.name() + " with interface "
                + attachment.interfaceName();
    }

    /** Whether the namespace has this interface from the network. */
    boolean isSourceOf(NamespaceEndpoint endpoint) {
        return endpoint.name().equals(attachment.interfaceName())
                || (result != null && result.links().stream().anyMatch(link -> isSame(link, endpoint)));
    }

    private static boolean isSame(CniResult.Link link, NamespaceEndpoint endpoint) {
        String sandbox = Objects.requireNonNullElse(link.sandbox(), "");
        return !sandbox.isEmpty() && link.name().equals(endpoint.name());
    }
}
