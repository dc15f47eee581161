// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointReaderTest {
    @Test
    void parse_linksOfSeveralKinds_haveAMacIfTheirKindHasOne() {
        List<NamespaceEndpoint> endpoints = EndpointReader.parse("""
                [{}, {"ifindex": 1, "ifname": "lo", "flags": ["LOOPBACK", "UP"], "address": "00:00:00:00:00:00"},
                 {"ifindex": 4, "ifname": "eth0", "flags": ["UP"], "link_type": "ether", "address": "02:00:00:00:00:01",
                  "mtu": 1500, "addr_info": [{"family": "inet", "local": "10.0.0.2", "prefixlen": 24}]},
                 {"ifindex": 2, "ifname": "tunl0", "flags": ["NOARP"], "link_type": "ipip", "address": "0.0.0.0"},
                 {"ifindex": 3, "ifname": "ip6tnl0", "flags": ["NOARP"], "link_type": "tunnel6", "address": "::"}]""");

        assertThat(endpoints).extracting(NamespaceEndpoint::name).containsExactly("tunl0", "ip6tnl0", "eth0");
        assertThat(endpoints).extracting(NamespaceEndpoint::mac).containsExactly(null, null, "02:00:00:00:00:01");
        assertThat(endpoints.get(2).addresses()).containsExactly("10.0.0.2/24");
    }

    @Test
    void parse_garbage_isANetworkError() {
        assertThatThrownBy(() -> EndpointReader.parse("[{\"ifname\": 1}]"))
                .isInstanceOf(NetworkException.class)
                .hasMessage("output of ip: ifname must be a text");
    }
}
