// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was written down of an attachment.
 *
 * @param network the network as it was when the container was attached
 * @param attachment what is attached to it
 * @param result what came of it, or null if that was never known: the plugins are still at it, failed and could not be
 *     undone, or their JVM died
 */
public record AttachedNetwork(
        CniNetwork network,
        CniAttachment attachment,
        @Nullable CniResult result) {
    /**
     * Checks the values.
     *
     * @param network the network as it was when the container was attached
     * @param attachment what is attached to it
     * @param result what came of it, or null if that was never known
     */
    public AttachedNetwork {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(attachment, "attachment");
    }

    AttachedNetwork withResult(CniResult value) {
        return new AttachedNetwork(network, attachment, value);
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
