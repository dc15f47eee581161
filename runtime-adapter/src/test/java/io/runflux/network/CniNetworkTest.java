// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniNetworkTest {
    private static final String PLUGINS = ", \"plugins\": [{\"type\": \"bridge\"}]}";

    @Test
    void parse_list_tellsWhatItIs() {
        CniNetwork network = CniNetwork.parse("""
                {"cniVersion": "1.0.0", "name": "net", "disableCheck": true,
                 "plugins": [{"type": "bridge", "ipam": {"type": "host-local"}}, {"type": "portmap"}]}""");

        assertThat(network.name()).isEqualTo("net");
        assertThat(network.version()).isEqualTo("1.0.0");
        assertThat(network.isCheckDisabled()).isTrue();
        assertThat(network.pluginTypes()).containsExactly("bridge", "portmap");
        assertThat(network)
                .isEqualTo(CniNetwork.parse(network.json()))
                .hasToString("CniNetwork[net, 1.0.0, bridge, portmap]");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "'\"true\"', true", "'\"FALSE\"', false", "false, false", "null, false"})
    void parse_disableCheck_isABooleanOrAsItsTextAsIn040(String value, boolean isDisabled) {
        CniNetwork network =
                CniNetwork.parse("{\"cniVersion\": \"0.4.0\", \"name\": \"n\", \"disableCheck\": " + value + PLUGINS);

        assertThat(network.isCheckDisabled()).isEqualTo(isDisabled);
    }

    @Test
    void parse_severalVersions_takesTheNewestThatIsKnown() {
        CniNetwork network = CniNetwork.parse(
                "{\"cniVersion\": \"0.4.0\", \"cniVersions\": [\"1.1.0\", \"9.0.0\", \"1.0.0\"], \"name\": \"n\""
                        + PLUGINS);

        assertThat(network.version()).isEqualTo("1.1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name': 'n', 'plugins': [{'type': 'a'}]}|cniVersion of a CNI network must be one of 0.4.0, 1.0.0, 1.1.0, was ''",
                "{'cniVersion': '0.3.1', 'name': 'n', 'plugins': [{'type': 'a'}]}|was '0.3.1'",
                "{'cniVersion': '1.0.0', 'plugins': [{'type': 'a'}]}|CNI network: name is required",
                "{'cniVersion': '1.0.0', 'name': 'n', 'plugins': []}|must have 1 to 32 plugins, has 0",
                "{'cniVersion': '1.0.0', 'name': 'n'}|must have 1 to 32 plugins, has 0",
                "{'cniVersion': '1.0.0', 'name': 'n', 'plugins': [{}]}|type is required",
                "{'cniVersion': '1.0.0', 'name': 'n', 'plugins': 'a'}|plugins must be a list",
                "{'cniVersion': '1.0.0', 'name': 'n', 'plugins': ['a']}|plugins must be an object",
                "{'cniVersion': '1.0.0', 'name': 'n', 'plugins': [{'type': 'a', 'capabilities': {'x': 1}}]}|x must be true or false",
                "[]|CNI network is no JSON object"
            },
            quoteCharacter = '`')
    void parse_noNetwork_isRefusedWithTheReason(String json, String reason) {
        assertThatThrownBy(() -> CniNetwork.parse(json.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../bridge", "/bin/sh", "a/b", "..", "", "-x", "a\\u0000b"})
    void parse_namesThatCouldBePaths_areRefused(String name) {
        String ipam = ", \"plugins\": [{\"type\": \"a\", \"ipam\": {\"type\": \"x/" + name + "\"}}]}";

        assertRefused("{\"cniVersion\": \"1.0.0\", \"name\": \"" + name + "\"" + PLUGINS);
        assertRefused("{\"cniVersion\": \"1.0.0\", \"name\": \"n\", \"plugins\": [{\"type\": \"" + name + "\"}]}");
        assertRefused("{\"cniVersion\": \"1.0.0\", \"name\": \"n\"" + ipam);
    }

    private static void assertRefused(String json) {
        assertThatThrownBy(() -> CniNetwork.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be at most 76 letters and digits");
    }

    @Test
    void configurationOf_plugin_grantsWhatItAsksForAndKeepsTheRest() {
        CniNetwork network = CniNetwork.parse("""
                {"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "a", "empty": [], "nothing": null, "n": 1.50,
                 "capabilities": {"portMappings": true, "bandwidth": false}, "prevResult": 1, "runtimeConfig": 2}]}""");

        String told = network.configurationOf(0, Map.of("portMappings", 7, "bandwidth", 8, "mac", 9), null);

        assertThat(told)
                .isEqualTo("{\"type\":\"a\",\"empty\":[],\"nothing\":null,\"n\":1.50,\"cniVersion\":\"1.0.0\","
                        + "\"name\":\"n\",\"runtimeConfig\":{\"portMappings\":7}}");
    }
}
