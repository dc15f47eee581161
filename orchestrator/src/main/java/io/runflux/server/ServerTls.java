// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http11SslContextSpec;

/**
 * What a server shows of itself, and what it wants to see of clients. All files are PEM, and read when it starts.
 *
 * @param certificate its certificate, and those that lead to an authority
 * @param key its private key, PKCS#8, without a password
 * @param clientAuthority who must have signed the certificate that each client shows, or null if they show none
 */
public record ServerTls(
        Path certificate, Path key, @Nullable Path clientAuthority) {
    /**
     * Checks the values.
     *
     * @param certificate its certificate
     * @param key its private key
     * @param clientAuthority who must have signed the certificates of clients, or null
     */
    public ServerTls {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
    }

    boolean isMutual() {
        return clientAuthority != null;
    }

    Http11SslContextSpec toSpec() {
        return Http11SslContextSpec.forServer(certificate.toFile(), key.toFile())
                .configure(this::authenticate);
    }

    private void authenticate(SslContextBuilder context) {
        if (clientAuthority != null) {
            context.trustManager(clientAuthority.toFile()).clientAuth(ClientAuth.REQUIRE);
        }
    }
}
