// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.hooks;

import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What every hook is fed with: the state of a container that was just created, as a runtime hands it on. */
final class HookState {
    private static final String ID = "7d3f1c52a9be4e0f8c61d2740b95ae38f1c4d6e27a0b93581e6fc2d47a8b90e5";

    private HookState() {}

    static byte[] toJson() {
        ContainerState state = ContainerState.of(
                        ID,
                        ContainerStatus.CREATED,
                        48_213,
                        "/var/lib/containers/overlay-containers/" + ID + "/userdata")
                .withAnnotations(Map.of(
                        "io.container.manager", "runflux",
                        "org.opencontainers.image.stopSignal", "15",
                        "org.systemd.property.TimeoutStopUSec", "uint64 10000000"));
        return OciJson.write(state).getBytes(StandardCharsets.UTF_8);
    }
}
