// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that come and go under one id while somebody holds the state of an earlier one. */
class HostContainersTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private HostContainers containers;
    private HostContainers other;

    @BeforeEach
    void makeContainers(@TempDir Path directory) {
        HostStore store = new HostStore(directory.resolve("state"));
        containers = new HostContainers(store, new ProcessRecords());
        other = new HostContainers(store, new ProcessRecords());
    }

    @AfterEach
    void disposeLauncher() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }

    private static ContainerState state(String token) {
        return ContainerState.of(ID.value(), ContainerStatus.CREATED, null, "/bundle")
                .withUnknown(HostStore.TOKEN, token);
    }

    private HostProcess init(String token) {
        HostSignals signals = new HostSignals(launcher);
        HostEnds ends = new HostEnds(containers, new HostExecutions(signals), signals);
        return new HostProcess(
                ID, token, ProcessSpec.program(Path.of("/bin/true")).build(), ends, released -> {});
    }

    @Test
    void own_stateOfAnEarlierContainer_isNoneAndLeavesTheNewOneAlone() throws IOException {
        containers.create(ID, state("first"), init("first"));
        ContainerState earlier = containers.read(ID);
        containers.forget(ID, containers.own(ID, earlier)).block(TIMEOUT);
        HostProcess second = init("second");
        containers.create(ID, state("second"), second);

        assertThatThrownBy(() -> containers.own(ID, earlier)).isInstanceOf(NoSuchContainerException.class);

        assertThat(second.hasEnded().block(TIMEOUT)).isFalse();
        assertThat(containers.own(ID, containers.read(ID))).isSameAs(second);
    }

    @Test
    void own_containerReplacedByAnotherRuntime_endsTheEarlierProcess() throws IOException {
        HostProcess first = init("first");
        containers.create(ID, state("first"), first);
        other.forget(ID, null).block(TIMEOUT);
        other.create(ID, state("second"), init("second"));

        assertThat(containers.own(ID, containers.read(ID))).isNull();

        assertThat(first.exit().block(TIMEOUT)).isEqualTo(ExitStatus.unknown());
    }

    @Test
    void read_containerDeletedByAnotherRuntime_endsTheProcess() throws IOException {
        HostProcess first = init("first");
        containers.create(ID, state("first"), first);
        other.forget(ID, null).block(TIMEOUT);

        assertThatThrownBy(() -> containers.read(ID)).isInstanceOf(NoSuchContainerException.class);

        assertThat(first.exit().block(TIMEOUT)).isEqualTo(ExitStatus.unknown());
    }
}
