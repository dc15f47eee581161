// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.netty.buffer.Unpooled;
import io.runflux.network.CniException.Reason;
import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessException;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.RunningProcess;
import io.runflux.process.StdinClosedException;
import io.runflux.process.Stdio;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Calls plugins, each as a process group of its own, so that what it starts ends with it. */
final class PluginRunner {
    private static final CaptureLimits CAPTURE = CaptureLimits.defaults();

    private final ProcessLauncher launcher;
    private final CniOptions options;
    private final PluginFinder finder;
    private final Scheduler timer;

    PluginRunner(ProcessLauncher launcher, CniOptions options, Scheduler timer) {
        this.launcher = launcher;
        this.options = options;
        this.timer = timer;
        finder = new PluginFinder(options.pluginDirectories());
    }

    /** Completes empty if there is such a plugin. */
    Mono<Void> find(String type) {
        return FileWork.call(() -> finder.find(type)).then();
    }

    /** Returns what the plugin writes to its standard output. */
    Mono<String> run(PluginCall call) {
        return FileWork.call(() -> find(call))
                .flatMapMany(found -> launcher.using(spec(call, found), process -> exchange(call, process)))
                .single()
                .onErrorMap(ProcessStartException.class, error -> notStarted(call, error))
                .onErrorMap(ProcessException.class, error -> notEnded(call, error))
                .map(output -> checked(call, output));
    }

    private PluginFinder.Found find(PluginCall call) {
        call.helpers().forEach(finder::find);
        return finder.find(call.type());
    }

    private ProcessSpec spec(PluginCall call, PluginFinder.Found found) {
        Map<String, String> environment = new LinkedHashMap<>(call.environment());
        environment.put("CNI_PATH", found.searchPath());
        environment.put("PATH", Programs.PATH);
        return program(found)
                .environment(environment)
                .group(ProcessGroup.NEW_GROUP)
                .stdin(Stdio.pipe())
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
    }

    private ProcessSpec.Builder program(PluginFinder.Found found) {
        return options.hostNamespace() == null
                ? ProcessSpec.program(found.program())
                : ProcessSpec.lookup("nsenter", Programs.PATH)
                        .arguments("--net=" + options.hostNamespace(), "--", String.valueOf(found.program()));
    }

    private Mono<CapturedOutput> exchange(PluginCall call, RunningProcess process) {
        Mono<Boolean> fed = process.send(Mono.fromSupplier(
                        () -> Unpooled.wrappedBuffer(call.input().getBytes(StandardCharsets.UTF_8))))
                .onErrorComplete(StdinClosedException.class)
                .thenReturn(true);
        return Mono.zip(process.capture(CAPTURE), fed, (output, isFed) -> output)
                .timeout(
                        options.callTimeout(),
                        Mono.error(() -> CniException.timedOut(call.toString(), options.callTimeout())),
                        timer);
    }

    private static CniException notStarted(PluginCall call, Throwable error) {
        return CniException.of(Reason.NOT_STARTED, call + ": " + error.getMessage(), error);
    }

    private static CniException notEnded(PluginCall call, Throwable error) {
        return CniException.of(Reason.FAILED, call + ": " + error.getMessage(), error);
    }

    private static String checked(PluginCall call, CapturedOutput output) {
        if (!output.status().isSuccess()) {
            throw failure(call, output);
        }
        if (output.isTruncated()) {
            throw garbled(call, "more than " + CAPTURE.maxBytes() + " bytes", null);
        }
        return output.stdout();
    }

    static CniException garbled(PluginCall call, String what, @Nullable Throwable cause) {
        return CniException.of(Reason.GARBLED, call + ": wrote what CNI does not have it write: " + what, cause);
    }

    private static CniException failure(PluginCall call, CapturedOutput output) {
        try {
            JsonTree error = JsonTree.read("error", output.stdout());
            int code = Objects.requireNonNullElse(error.numberOrNull("code"), 0);
            return code == 0
                    ? failed(call, output)
                    : CniException.reported(call.toString(), code, words(error, "msg"), words(error, "details"));
        } catch (IllegalArgumentException e) {
            // It did not say why in the words of CNI, so its last ones have to do.
            return failed(call, output);
        }
    }

    private static String words(JsonTree error, String name) {
        String words = error.textOrNull(name);
        return words == null ? "" : Names.words(words);
    }

    private static CniException failed(PluginCall call, CapturedOutput output) {
        List<String> words =
                new ArrayList<>(List.of(call.toString(), output.status().toString()));
        String stderr = Names.words(output.stderr());
        if (!stderr.isEmpty()) {
            words.add(stderr);
        }
        return CniException.of(Reason.FAILED, String.join(": ", words), null);
    }
}
