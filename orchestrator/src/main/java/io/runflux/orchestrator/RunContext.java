// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.EventStream;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.RuntimeInfo;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** What all runs of an orchestrator share. */
record RunContext(
        OciRuntime runtime,
        Mono<RuntimeInfo> info,
        EventStream events,
        HookContext hooks,
        Duration callTimeout,
        Path bundleDirectory,
        ResourceKeeper keeper) {}
