// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.netty.buffer.ByteBuf;
import io.runflux.oci.Hook;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import io.runflux.oci.Spec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;

/**
 * Passes a proposed runtime configuration through hooks, each of which reads it on its standard input and writes what
 * it made of it, whole, to its standard output: what podman calls {@code precreate}. Safe for concurrent use.
 */
public final class RuntimeConfigFilter {
    private static final Logger log = LoggerFactory.getLogger(RuntimeConfigFilter.class);

    private final HookRunner runner;

    private RuntimeConfigFilter(HookRunner runner) {
        this.runner = runner;
    }

    /**
     * Returns a filter.
     *
     * @param runner what runs the hooks
     * @return the filter
     */
    public static RuntimeConfigFilter of(HookRunner runner) {
        return new RuntimeConfigFilter(Objects.requireNonNull(runner, "runner"));
    }

    /**
     * Passes a configuration through hooks, one after another. What a hook writes is what the next one reads, byte for
     * byte, and fields that the records do not know are in the result, too. It must be exactly one JSON object that is
     * a configuration, of at most {@value OciJson#MAX_BYTES} bytes; no output and {@code null} are errors. What a hook
     * changed is logged at debug, without the values of variables. Without hooks the result is the configuration
     * itself.
     *
     * @param hooks the hooks in their order
     * @param config the proposed configuration, which is never changed
     * @param options how to run each of them, which their limits hold for; their standard output must be left at
     *     {@link HookOutput#discard()}, since it is read here
     * @return the configuration and what was changed; fails with {@link ConfigFilterException} at the first hook that
     *     fails, or that writes no configuration. The hooks run when this is subscribed to, each subscription runs them
     *     anew, and cancelling is as in {@link HookRunner#run}
     * @throws IllegalArgumentException if the options send standard output somewhere
     */
    public Mono<FilteredConfig> filter(List<Hook> hooks, Spec config, HookOptions options) {
        if (!options.stdout().equals(HookOutput.discard())) {
            throw new IllegalArgumentException(
                    "the standard output of a filter is read, and must not go to " + options.stdout());
        }
        byte[] json = OciJson.write(config).getBytes(StandardCharsets.UTF_8);
        Mono<Step> step = Mono.just(new Step(json, new FilteredConfig(config, List.of())));
        for (int i = 0; i < hooks.size(); i++) {
            int index = i;
            Hook hook = hooks.get(i);
            step = step.flatMap(before -> pass(before, index, hook, options));
        }
        return step.map(last -> last.result);
    }

    private Mono<Step> pass(Step before, int index, Hook hook, HookOptions options) {
        return Mono.defer(() -> {
            BoundedOutput output = new BoundedOutput();
            return runner.run(hook, before.json, options.withStdout(HookOutput.into(output::read)))
                    .publishOn(Schedulers.boundedElastic())
                    .map(result -> before.after(index, hook, result, output));
        });
    }

    /** Where the configuration stands, and as which bytes the next hook reads it. */
    private static final class Step {
        private final byte[] json;
        private final FilteredConfig result;

        Step(byte[] json, FilteredConfig result) {
            this.json = json;
            this.result = result;
        }

        Step after(int index, Hook hook, HookResult run, BoundedOutput output) {
            RuntimeException error = output.error() == null ? run.error() : output.error();
            if (error != null) {
                throw new ConfigFilterException(index, hook, run.hookError(), result, error);
            }
            byte[] written = output.bytes();
            try {
                Spec config = OciJson.read(written, Spec.class);
                return new Step(written, changed(index, hook, config));
            } catch (OciJsonException e) {
                throw new ConfigFilterException(index, hook, null, result, e);
            }
        }

        private FilteredConfig changed(int index, Hook hook, Spec config) {
            if (config.equals(result.config())) {
                return result;
            }
            ConfigChange change = new ConfigChange(index, hook.path(), ConfigDiff.between(result.config(), config));
            if (log.isDebugEnabled()) {
                log.debug(
                        "hook {} ({}) changed the configuration:\n{}",
                        index,
                        hook.path(),
                        ConfigDiff.redact(change.diff()));
            }
            List<ConfigChange> changes = new ArrayList<>(result.changes());
            changes.add(change);
            return new FilteredConfig(config, changes);
        }
    }

    /** What a hook writes, as long as that can be a configuration. */
    private static final class BoundedOutput {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private @Nullable OciJsonException error;

        Mono<Void> read(ByteBufFlux stream) {
            return stream.doOnNext(this::add).then();
        }

        private synchronized void add(ByteBuf buffer) {
            if (bytes.size() + buffer.readableBytes() > OciJson.MAX_BYTES) {
                error = new OciJsonException("a configuration must be at most " + OciJson.MAX_BYTES + " bytes", null);
                throw error;
            }
            byte[] more = new byte[buffer.readableBytes()];
            buffer.getBytes(buffer.readerIndex(), more);
            bytes.write(more, 0, more.length);
        }

        /** Says why the pipe was closed, by which the hook is then killed. */
        synchronized @Nullable OciJsonException error() {
            return error;
        }

        synchronized byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
