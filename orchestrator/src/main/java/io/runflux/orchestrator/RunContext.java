// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.EventStream;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.RuntimeInfo;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntFunction;
import reactor.core.publisher.Mono;

/**
 * What all containers of an orchestrator share.
 *
 * @param runtime behind its guards
 * @param endLimit how long the end of what was killed is waited for; it may never be seen, and no guard knows of it
 * @param memoryKills by what the kills for want of memory are counted, of an init process
 */
record RunContext(
        OciRuntime runtime,
        Mono<RuntimeInfo> info,
        EventStream events,
        HookContext hooks,
        Duration endLimit,
        Path bundleDirectory,
        ResourceKeeper keeper,
        ContainerRegistry registry,
        UpstreamOptions logs,
        IntFunction<Mono<MemoryKillCounter>> memoryKills) {}
