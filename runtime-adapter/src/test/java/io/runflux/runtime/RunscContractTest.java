// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.Signal;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runsc")
class RunscContractTest extends CliContract {
    @Override
    RealRuntimes real() {
        return RealRuntimes.RUNSC;
    }

    @Override
    public boolean tellsTheTimeOfCreation() {
        return false;
    }

    /** It signals no container before its start. */
    @Test
    @Override
    public void signal_initThatIsNotStarted_endsTheContainer() {
        ContainerProcess init =
                Fixtures.await(runtime().create(ID, Fixtures.bundle(directory(), Fixtures.shell("exit 0")), QUIET));

        assertThatThrownBy(() -> Fixtures.complete(init.signal(Signal.KILL)))
                .isInstanceOf(OciRuntimeException.class)
                .hasMessageContaining("in state created");

        Fixtures.complete(runtime().delete(ID, FORCE));
        Fixtures.await(init.exit());
        Fixtures.complete(init.release());
    }
}
