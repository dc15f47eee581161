// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.runtime.KillOptions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(name = "kill", description = "Sends a signal to a container.", mixinStandardHelpOptions = true)
final class KillCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(names = "--all", description = "to all processes of the container, not to its first alone")
    private boolean all;

    @Parameters(index = "0", paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container")
    private @Nullable ContainerId id;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SIGNAL",
            defaultValue = "TERM",
            converter = SignalConverter.class,
            description = "a number, or a name such as TERM (default: ${DEFAULT-VALUE})")
    private Signal signal = Signal.TERM;

    @Override
    public Integer call() {
        ContainerId container = Required.of(id);
        KillOptions scope = all ? KillOptions.all() : KillOptions.init();
        options.<Void>call(
                orchestrator -> orchestrator.kill(container, signal, scope),
                runtimes -> runtimes.having(container).flatMap(runtime -> runtime.kill(container, signal, scope)));
        return ExitCodes.OK;
    }

    /** Checks a signal. */
    static final class SignalConverter implements ITypeConverter<Signal> {
        @Override
        public Signal convert(String value) {
            try {
                return Signal.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
