// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.LinuxResources;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "update",
        description = "Changes the limits of a container; what is not given stays as it is.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class UpdateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            converter = BytesConverter.class,
            description = "memory: a number, with k, m or g for powers of 1024, or -1 for no limit")
    private @Nullable Long memory;

    @Option(names = "--cpus", paramLabel = "LIST", description = "the processors it may run on, such as 0-3,7")
    private @Nullable String cpus;

    @Option(
            names = "--cpu-quota",
            paramLabel = "MICROS",
            description = "processor time in a period, in microseconds, or -1 for no limit")
    private @Nullable Long cpuQuota;

    @Option(names = "--cpu-shares", paramLabel = "NUMBER", description = "its weight where processors are short")
    private @Nullable Long cpuShares;

    @Option(names = "--pids", paramLabel = "NUMBER", description = "how many processes, or -1 for no limit")
    private @Nullable Long pids;

    @Override
    public Integer call() {
        LinuxResources resources = resources();
        if (resources.equals(LinuxResources.none())) {
            throw new ParameterException(
                    spec.commandLine(), "a limit is needed: --memory, --cpus, --cpu-quota, --cpu-shares or --pids");
        }
        container.<Void>call(
                (orchestrator, id) -> orchestrator.update(id, resources),
                (runtime, id) -> runtime.update(id, resources));
        return ExitCodes.OK;
    }

    private LinuxResources resources() {
        try {
            return withPids(withCpu(
                    memory == null
                            ? LinuxResources.none()
                            : LinuxResources.none().withMemoryLimit(memory)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private LinuxResources withCpu(LinuxResources resources) {
        LinuxResources placed = cpus == null ? resources : resources.withCpus(cpus);
        LinuxResources limited = cpuQuota == null ? placed : placed.withCpuQuota(cpuQuota);
        return cpuShares == null ? limited : limited.withCpuShares(cpuShares);
    }

    private LinuxResources withPids(LinuxResources resources) {
        return pids == null ? resources : resources.withPidsLimit(pids);
    }

    /** Reads a number of bytes. */
    static final class BytesConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            if (!value.matches("-1|\\d{1,18}[kmg]?")) {
                throw new TypeConversionException(
                        "bytes are a number with k, m or g or without, or -1, was '" + value + "'");
            }
            int unit = "kmg".indexOf(value.charAt(value.length() - 1)) + 1;
            long number = Long.parseLong(unit == 0 ? value : value.substring(0, value.length() - 1));
            return multiply(value, number, 1L << (10 * unit));
        }

        private static long multiply(String value, long number, long unit) {
            try {
                return Math.multiplyExact(number, unit);
            } catch (ArithmeticException e) {
                throw new TypeConversionException("that is more bytes than there can be, was '" + value + "'");
            }
        }
    }
}
