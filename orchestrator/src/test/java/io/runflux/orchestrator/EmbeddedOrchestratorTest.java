// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.nio.file.Path;

class EmbeddedOrchestratorTest extends OrchestratorContract {
    @Override
    Orchestrator reach(EmbeddedOrchestrator keeper, Path place) {
        return keeper;
    }
}
