// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import org.junit.jupiter.api.Tag;

@Tag("once")
@RequiresRoot
@RequiresRuntime("crun")
class CrunContractTest extends CliContract {
    @Override
    RealRuntimes real() {
        return RealRuntimes.CRUN;
    }
}
