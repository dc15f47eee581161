// SPDX-License-Identifier: Apache-2.0
package io.runflux.embedding;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventFilter;
import io.runflux.events.EventJson;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.Topic;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.RunRequest;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** A service of Spring WebFlux that runs programs, and tells what happens to them. The README shows its parts. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class WebFluxService {
    // tag::beans[]
    @Bean(destroyMethod = "disposeLater")
    LoopResources loops() {
        return LoopResources.create("service");
    }

    @Bean
    ReactorResourceFactory netty(LoopResources loops) {
        ReactorResourceFactory netty = new ReactorResourceFactory();
        netty.setUseGlobalResources(false);
        netty.setLoopResources(loops);
        return netty;
    }

    @Bean(destroyMethod = "disposeLater")
    Orchestrator orchestrator(LoopResources loops) {
        return Orchestrator.builder().loopResources(loops).build();
    }
    // end::beans[]

    @RestController
    static final class Programs {
        private final Orchestrator orchestrator;

        Programs(Orchestrator orchestrator) {
            this.orchestrator = orchestrator;
        }

        // tag::endpoint[]
        @GetMapping(path = "/hello/{id}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<ServerSentEvent<String>> hello(@PathVariable String id) {
            ContainerId container = ContainerId.of(id);
            EventFilter own = EventFilter.all().withContainers(container);
            Mono<EventEnvelope> run = orchestrator
                    .run(RunRequest.rootfs(container, Path.of("/"), List.of("echo", "hello")))
                    .then(Mono.empty());
            return Flux.merge(orchestrator.events(SubscribeOptions.defaults().withFilter(own)), run)
                    .takeUntil(event -> event.topic() == Topic.DELETE)
                    .map(event -> ServerSentEvent.builder(EventJson.write(event))
                            .event(event.topic().path())
                            .build());
        }
        // end::endpoint[]

        @PostMapping("/sleepers/{id}")
        Mono<Integer> sleep(@PathVariable String id) {
            List<String> command = List.of("sleep", "600");
            return orchestrator
                    .launch(LaunchRequest.rootfs(ContainerId.of(id), Path.of("/"), command))
                    .mapNotNull(ContainerInfo::pid);
        }

        @GetMapping("/thread")
        Mono<String> thread() {
            return Mono.fromSupplier(() -> Thread.currentThread().getName());
        }
    }
}
