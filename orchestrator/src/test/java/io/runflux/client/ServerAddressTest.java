// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "unix:///run/runflux/s, unix:///run/runflux/s",
        "unix:/run/s, unix:///run/s",
        "http://localhost, http://localhost:80",
        "https://example.org, https://example.org:443",
        "https://[::1]:8443/, https://[::1]:8443",
        "http://127.0.0.1:8080, http://127.0.0.1:8080"
    })
    void parse_address_isUnderstood(String text, String expected) {
        assertThat(ServerAddress.parse(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/run/s",
                "unix://run/s",
                "unix:///",
                "unix:relative",
                "tcp://localhost:1",
                "http://",
                "http://localhost:0",
                "http://localhost:65536",
                "http://localhost/base",
                "http://not a host",
                "http://host_name:80"
            })
    void parse_noAddress_isRefusedWithWhatWasGiven(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerAddress.parse(text))
                .withMessageContaining("must be");
    }

    @Test
    void parse_passwordInIt_isNotRepeated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerAddress.parse("http://me:secret@localhost"))
                .withMessage("address must be unix:///PATH, http://HOST:PORT or https://HOST:PORT, and have no user,"
                        + " no query and no fragment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://me:secret@host_name:80", "http:me:secret@host", "tcp:me:secret@host"})
    void parse_passwordWhereThereIsNoUser_isNotRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerAddress.parse(text))
                .withMessageContaining("must be")
                .withMessageNotContaining("secret");
    }

    @Test
    void parse_longPath_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerAddress.parse("unix:///" + "x".repeat(107)))
                .withMessageStartingWith("the path of a socket must have at most 107 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://192.0.2.1", "http://127.attacker.example", "http://example.org:8080"})
    void build_tokenInTheClear_isRefused(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RunfluxClient.at(address).bearerToken("secret-secret").build())
                .withMessageContaining("use https")
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unix:///run/s",
                "http://localhost:1",
                "http://127.0.0.1:1",
                "http://[::1]:1",
                "https://example.org"
            })
    void build_tokenThatNobodyReads_isFine(String address) {
        assertThat(RunfluxClient.at(address).bearerToken("secret-secret").build())
                .isNotNull();
    }

    @Test
    void build_certificatesWithoutTls_areRefused(@TempDir Path directory) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunfluxClient.at("http://localhost")
                        .trust(directory.resolve("ca.pem"))
                        .build())
                .withMessage("certificates are for https alone, the address is http://localhost:80");
    }

    @Test
    void build_noSuchCertificates_saysSo(@TempDir Path directory) {
        assertThatIllegalArgumentException().isThrownBy(() -> RunfluxClient.at("https://localhost")
                .trust(directory.resolve("ca.pem"))
                .build());
    }

    @Test
    void bearerToken_withASpace_isRefusedAndNotRepeated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunfluxClient.at("unix:///run/s").bearerToken("sec ret"))
                .withMessage("a token must be printable ASCII without spaces, and not empty");
    }
}
