// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One attachment in the making, which is written down already. */
final class Attaching {
    private final PluginRunner runner;
    private final AttachmentStore store;
    private final Detachment detachment;
    private final BooleanSupplier isCancelled;
    private volatile int called;

    Attaching(PluginRunner runner, AttachmentStore store, Detachment detachment, BooleanSupplier isCancelled) {
        this.runner = runner;
        this.store = store;
        this.detachment = detachment;
        this.isCancelled = isCancelled;
    }

    Mono<AttachedNetwork> run(AttachedNetwork wanted) {
        return Flux.range(0, wanted.network().pluginTypes().size())
                .reduce(Mono.just(wanted), (before, index) -> before.flatMap(attached -> call(attached, index)))
                .flatMap(chain -> chain)
                .delayUntil(attached -> FileWork.run(() -> store.finish(attached)))
                .onErrorResume(error -> detachment
                        .first(called, wanted)
                        .onErrorResume(further -> {
                            error.addSuppressed(further);
                            return Mono.empty();
                        })
                        .then(Mono.error(error)));
    }

    private Mono<AttachedNetwork> call(AttachedNetwork attached, int index) {
        if (isCancelled.getAsBoolean()) {
            return Mono.error(() -> cancelled(attached));
        }
        called = index + 1;
        PluginCall call = PluginCall.of("ADD", index, attached);
        return runner.run(call).map(output -> attached.withResult(toResult(call, output)));
    }

    private static CniResult toResult(PluginCall call, String output) {
        try {
            return CniResult.parse(output);
        } catch (IllegalArgumentException e) {
            throw PluginRunner.garbled(call, String.valueOf(e.getMessage()), e);
        }
    }

    /** Nobody sees it but what cleans up after a cancellation. */
    static CancellationException cancelled(AttachedNetwork attached) {
        return new CancellationException("attaching " + attached.words() + " was cancelled");
    }
}
