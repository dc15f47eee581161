// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciJson;
import org.junit.jupiter.api.Test;

class HookStateTest {
    @Test
    void toJson_always_isTheStateOfACreatedContainer() {
        byte[] json = HookState.toJson();

        assertThat(json).hasSizeBetween(350, 450);
        assertThat(OciJson.read(json, ContainerState.class).status()).isEqualTo(ContainerStatus.CREATED);
    }
}
