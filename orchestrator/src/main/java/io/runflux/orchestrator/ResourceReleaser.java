// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.network.CniNetworks;
import io.runflux.network.NetworkNamespaces;
import io.runflux.orchestrator.Resource.Mount;
import io.runflux.orchestrator.Resource.NetNs;
import io.runflux.orchestrator.Resource.NetworkAttachment;
import io.runflux.orchestrator.Resource.OnDisk;
import io.runflux.orchestrator.Resource.SandboxMount;
import java.io.IOException;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Knows for each kind of resource how it is released. What is not there is released. */
final class ResourceReleaser {
    private final Path namespaceDirectory;
    private final FileReleases files;
    private final MountReleases mounts;
    private final NetworkNamespaces namespaces;
    private final CniNetworks networks;

    ResourceReleaser(
            ResourceOptions options, MountReleases mounts, NetworkNamespaces namespaces, CniNetworks networks) {
        namespaceDirectory = options.namespaceDirectory();
        files = new FileReleases(options.roots());
        this.mounts = mounts;
        this.namespaces = namespaces;
        this.networks = networks;
    }

    /** Refuses what could not be released. */
    void check(Resource resource) {
        if (resource instanceof OnDisk file) {
            files.checkPlace(file);
        } else if (resource instanceof NetNs namespace
                && !namespaceDirectory.equals(namespace.path().getParent())) {
            throw new IllegalArgumentException(namespace.words() + " is among those of "
                    + namespace.path().getParent() + ", and must be among those of " + namespaceDirectory);
        }
    }

    /** Refuses what is somebody else's. Blocks. */
    void checkNew(Resource resource) throws IOException {
        if (resource instanceof OnDisk file) {
            files.checkNew(file);
        }
    }

    Mono<Void> release(Resource resource) {
        return Mono.defer(() -> {
            check(resource);
            return dispatch(resource);
        });
    }

    private Mono<Void> dispatch(Resource resource) {
        if (resource instanceof Mount mount) {
            return mounts.unmount(mount);
        }
        if (resource instanceof OnDisk file) {
            return FileWork.run(() -> files.remove(file));
        }
        if (resource instanceof SandboxMount mount) {
            return FileWork.run(() -> mounts.checkGone(mount));
        }
        return resource instanceof NetNs namespace
                ? namespaces.remove(namespace.name())
                : detach((NetworkAttachment) resource);
    }

    private Mono<Void> detach(NetworkAttachment attached) {
        return networks.delete(attached.network(), attached.attachment());
    }
}
