// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.client.RunfluxClient;
import io.runflux.client.RunfluxClientBuilder;
import io.runflux.orchestrator.Orchestrator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import reactor.core.publisher.Mono;

/** How a command reaches a server whose containers it is about. */
final class ConnectOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--connect",
            paramLabel = "ADDRESS",
            description = "the containers of a server ('serve') instead of those of this state directory:"
                    + " unix:///PATH, http://HOST:PORT or https://HOST:PORT")
    private @Nullable String address;

    @Option(names = "--token-file", paramLabel = "FILE", description = "the token for --connect, in a file")
    private @Nullable Path tokenFile;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "whom to trust with --connect https, in PEM (default: whom Java trusts)")
    private @Nullable Path authority;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "the certificate for --connect https, in PEM")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "the key of --tls-cert, in PEM")
    private @Nullable Path key;

    boolean isWanted() {
        return address != null;
    }

    void check() {
        boolean hasOthers = Stream.of(tokenFile, authority, certificate, key).anyMatch(file -> file != null);
        if (address == null && hasOthers) {
            throw usage("--token-file, --tls-ca, --tls-cert and --tls-key go with --connect");
        }
        if ((certificate == null) != (key == null)) {
            throw usage("--tls-cert and --tls-key go together");
        }
    }

    /** Does something with the orchestrator there, when subscribed to. */
    <T> Mono<T> use(Function<Orchestrator, Mono<T>> work) {
        return Mono.usingWhen(Mono.fromSupplier(this::open), work, Orchestrator::disposeLater);
    }

    private Orchestrator open() {
        try {
            return builder().build();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private RunfluxClientBuilder builder() {
        RunfluxClientBuilder builder = RunfluxClient.at(Required.of(address));
        if (tokenFile != null) {
            builder.bearerToken(read(tokenFile));
        }
        if (authority != null) {
            builder.trust(authority);
        }
        return certificate == null ? builder : builder.certificate(certificate, Required.of(key));
    }

    static String read(Path tokenFile) {
        try {
            return Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the token cannot be read from " + tokenFile + ": " + e.getMessage(), e);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
