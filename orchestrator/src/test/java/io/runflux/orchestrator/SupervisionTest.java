// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SupervisionTest {
    @Test
    void probe_nonsense_saysWhatWasGiven() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProbeSpec(null, null, null))
                .withMessage("a probe must have exactly one of exec, http and tcp, had null, null, null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProbeSpec(List.of("a"), URI.create("http://a"), null))
                .withMessageStartingWith(
                        "a probe must have exactly one of exec, http and tcp, had [a], http://a, null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProbeSpec.exec(List.of()))
                .withMessage("the command of a probe must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProbeSpec.http(URI.create("ftp://a")))
                .withMessage("a probe needs an http or https URI with a host, was 'ftp://a'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProbeSpec.tcp("a", 0))
                .withMessage("port must be from 1 to 65535, was 0");
    }

    @Test
    void supervision_checkWithoutProbe_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Supervision(RestartPolicy.no(), HealthCheck.defaults(), null, null))
                .withMessageStartingWith("a health check must have a probe, and a probe a health check, were ");
    }

    @Test
    void launchRequest_keepsWhatItWasGiven() {
        ProbeSpec probe = ProbeSpec.tcp("localhost", 80);
        Supervision supervision = LaunchRequest.bundle(Scene.ID, Scene.BUNDLE)
                .withRestart(RestartPolicy.always())
                .withHealthCheck(HealthCheck.defaults(), probe)
                .withDeadline(Deadline.after(Duration.ofHours(1)))
                .withRemovedAtEnd(true)
                .supervision();

        assertThat(supervision)
                .isEqualTo(new Supervision(
                        RestartPolicy.always(), HealthCheck.defaults(), probe, Deadline.after(Duration.ofHours(1))));
    }
}
