// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import org.junit.jupiter.api.Tag;

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
}
