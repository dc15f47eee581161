// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.events.ContainerId;
import io.runflux.events.RuntimeEvent;

/** What is published. */
final class SampleEvents {
    static final RuntimeEvent STARTED = new RuntimeEvent.Started(
            ContainerId.of("7d3f1c52a9be4e0f8c61d2740b95ae38f1c4d6e27a0b93581e6fc2d47a8b90e5"), 48_213);

    private SampleEvents() {}
}
