// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerStateTest {
    @Test
    void read_stateOfRunc_isComplete() {
        ContainerState state = OciJson.read("""
                {"ociVersion":"1.0.2-dev","id":"c1","pid":6778,"status":"created","bundle":"/b","rootfs":"/b/rootfs",
                 "created":"2026-11-21T22:43:45.883624817Z","annotations":{"a":"b"},"owner":""}
                """, ContainerState.class);

        assertThat(state.status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(state.pid()).isEqualTo(6778);
        assertThat(state.created()).isEqualTo(Instant.parse("2026-11-21T22:43:45.883624817Z"));
        assertThat(state.annotations()).isEqualTo(Map.of("a", "b"));
        assertThat(state.unknown()).isEmpty();
    }

    @Test
    void read_listItemOfCrun_hasNoVersion() {
        ContainerState state = OciJson.read("""
                {"id":"c1","pid":5,"status":"running","bundle":"/b","created":"2023-02-07T13:14:15.123456Z","owner":"root",
                 "systemd-scope":""}
                """, ContainerState.class);

        assertThat(state.ociVersion()).isNull();
        assertThat(state.rootfs()).isNull();
        assertThat(state.unknown()).isEqualTo(Map.of("systemd-scope", ""));
    }

    @Test
    void read_stateOfRunsc_hasNoTimeOfCreation() {
        ContainerState state = OciJson.read("""
                {"ociVersion":"1.0.2","id":"c1","status":"stopped","pid":-1,"bundle":"/b"}
                """, ContainerState.class);

        assertThat(state.created()).isNull();
        assertThat(state.pid()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void read_pidOfNoProcess_isNull(int pid) {
        String json = "{\"id\":\"c\",\"status\":\"stopped\",\"bundle\":\"/b\",\"pid\":" + pid + "}";

        assertThat(OciJson.read(json, ContainerState.class).pid()).isNull();
    }

    @Test
    void read_unknownWord_isKept() {
        ContainerState state =
                OciJson.read("{\"id\":\"c\",\"status\":\"restoring\",\"bundle\":\"/b\"}", ContainerState.class);

        assertThat(state.status()).isEqualTo(ContainerStatus.UNKNOWN);
        assertThat(OciJson.write(state)).contains("\"status\":\"restoring\"").doesNotContain("statusText");
    }

    @Test
    void read_noStatus_isRefused() {
        assertThatThrownBy(() -> OciJson.read("{\"id\":\"c\",\"bundle\":\"/b\"}", ContainerState.class))
                .hasMessageContaining("status is required");
    }
}
