// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One call of a plugin.
 *
 * @param command the operation, such as {@code ADD}
 * @param type the plugin
 * @param helpers the plugins that it starts in turn
 * @param environment the parameters, but for where other plugins are
 * @param input what it reads
 */
record PluginCall(String command, String type, List<String> helpers, Map<String, String> environment, String input) {
    private static final String COMMAND = "CNI_COMMAND";
    private static final String NAMESPACE = "CNI_NETNS";

    static PluginCall version(String type) {
        String asked = CniNetwork.VERSIONS.get(CniNetwork.VERSIONS.size() - 1);
        return new PluginCall(
                "VERSION", type, List.of(), Map.of(COMMAND, "VERSION"), "{\"cniVersion\":\"" + asked + "\"}");
    }

    /** Calls a plugin of the network about the attachment, with the result as it stands. */
    static PluginCall of(String command, int index, AttachedNetwork attached) {
        CniNetwork network = attached.network();
        CniAttachment attachment = attached.attachment();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(COMMAND, command);
        environment.put("CNI_CONTAINERID", attachment.container().value());
        environment.put("CNI_IFNAME", attachment.interfaceName());
        environment.put(NAMESPACE, attachment.namespace().toString());
        if (!attachment.arguments().isEmpty()) {
            environment.put("CNI_ARGS", attachment.argumentText());
        }
        String input = network.configurationOf(index, attachment.capabilities(), attached.result());
        return new PluginCall(command, network.pluginTypes().get(index), network.helpersOf(index), environment, input);
    }

    /** Returns the call for a namespace that is gone, of which plugins delete what lies outside of it. */
    PluginCall withoutNamespace() {
        Map<String, String> fewer = new LinkedHashMap<>(environment);
        fewer.remove(NAMESPACE);
        return new PluginCall(command, type, helpers, fewer, input);
    }

    /** Says the call. */
    @Override
    public String toString() {
        return "CNI plugin " + type + ", " + command;
    }
}
