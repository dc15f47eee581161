// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Has plugins take back what they did, in reverse order, and then forgets the attachment. */
final class Detachment {
    private final PluginRunner runner;
    private final AttachmentStore store;
    private final NamespaceGuard guard;

    Detachment(PluginRunner runner, AttachmentStore store, NamespaceGuard guard) {
        this.runner = runner;
        this.store = store;
        this.guard = guard;
    }

    Mono<Void> all(AttachedNetwork attached) {
        return first(attached.network().pluginTypes().size(), attached);
    }

    /** Calls as many plugins from the beginning of the list. */
    Mono<Void> first(int count, AttachedNetwork attached) {
        return Flux.range(0, count)
                .map(index -> count - 1 - index)
                .concatMap(index -> errorOf(index, attached), 1)
                .collectList()
                .flatMap(errors -> errors.isEmpty()
                        ? FileWork.run(() -> store.remove(attached))
                        : Mono.error(() -> joined(errors)));
    }

    private Mono<Throwable> errorOf(int index, AttachedNetwork attached) {
        PluginCall call = PluginCall.of("DEL", index, attached);
        return FileWork.call(() -> guard.isStillThere(attached))
                .flatMap(isThere -> runner.run(isThere ? call : call.withoutNamespace()))
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just);
    }

    private static Throwable joined(List<Throwable> errors) {
        Throwable first = errors.get(0);
        errors.stream().skip(1).forEach(first::addSuppressed);
        return first;
    }
}
