// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
class RuncContractTest extends CliContract {
    @Override
    RealRuntimes real() {
        return RealRuntimes.RUNC;
    }

    /** CRIU asks for more than the kernels of many virtual machines give; runsc shows it with an image of its own. */
    @Override
    public boolean isCheckpointPossible() {
        return false;
    }

    @Test
    void create_commandPrefix_runsTheRuntimeThroughIt() {
        CreateOptions options =
                QUIET.withCommandPrefix(List.of("/usr/bin/unshare", "-m", "/bin/sh", "-c", "exec \"$@\"", "sh"));
        ContainerProcess process =
                Fixtures.await(runtime().create(ID, Fixtures.bundle(directory(), Fixtures.shell("exit 5")), options));

        Fixtures.complete(runtime().start(ID));

        assertThat(Fixtures.await(process.exit())).isEqualTo(ExitStatus.exited(5));
        Fixtures.complete(runtime().delete(ID, FORCE));
        Fixtures.complete(process.release());
    }
}
