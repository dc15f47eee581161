// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.oci.OciJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network as CNI describes it: a list of plugins that each do their part. An immutable value, checked when it is
 * read; what it does not know it hands to the plugins as it is.
 */
public final class CniNetwork {
    /** The versions of CNI that networks may be written in, from old to new. */
    public static final List<String> VERSIONS = List.of("0.4.0", "1.0.0", "1.1.0");

    private static final int MAX_PLUGINS = 32;

    private final String json;
    private final String name;
    private final String version;
    private final boolean isCheckDisabled;
    private final List<JsonTree> plugins;

    private CniNetwork(String json, JsonTree tree) {
        this.json = json;
        name = Names.check("name of a CNI network", tree.text("name"));
        version = newestOf(tree);
        isCheckDisabled = isCheckDisabled(tree);
        plugins = tree.objects("plugins");
        if (plugins.isEmpty() || plugins.size() > MAX_PLUGINS) {
            throw new IllegalArgumentException(
                    "CNI network " + name + " must have 1 to " + MAX_PLUGINS + " plugins, has " + plugins.size());
        }
        plugins.forEach(CniNetwork::checkPlugin);
    }

    /**
     * Reads a network.
     *
     * @param json a configuration list of CNI, as in files that end with {@code .conflist}. Where it names several
     *     versions, the newest of {@link #VERSIONS} among them counts
     * @return the network
     * @throws IllegalArgumentException if it is none, if it has none of the versions, or if its name or the type of a
     *     plugin is not made of letters and digits with single {@code .}, {@code _} or {@code -} between them
     */
    public static CniNetwork parse(String json) {
        return new CniNetwork(json, JsonTree.read("CNI network", json));
    }

    /**
     * Reads a network of one plugin.
     *
     * @param json a plugin with the name and the one version of its network, as in files that end with {@code .conf}
     * @return the network, whose {@link #json} is the list of that plugin alone
     * @throws IllegalArgumentException as {@link #parse} does
     */
    public static CniNetwork parsePlugin(String json) {
        Map<String, Object> plugin = JsonTree.read("CNI plugin", json).values();
        Map<String, Object> list = new LinkedHashMap<>(plugin);
        list.keySet().retainAll(List.of("cniVersion", "name"));
        list.put("plugins", List.of(plugin));
        return parse(OciJson.write(list));
    }

    private static String newestOf(JsonTree tree) {
        List<String> given = tree.texts("cniVersions");
        String single = Objects.requireNonNullElse(tree.textOrNull("cniVersion"), "");
        return VERSIONS.stream()
                .filter(version -> given.contains(version) || single.equals(version))
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new IllegalArgumentException("cniVersion of a CNI network must be one of "
                        + String.join(", ", VERSIONS) + ", was '" + Names.words(single) + "'"));
    }

    /** A text in version 0.4.0, and true or false since. */
    private static boolean isCheckDisabled(JsonTree tree) {
        if (!(tree.values().get("disableCheck") instanceof String text)) {
            return tree.isTrue("disableCheck");
        }
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException("CNI network: disableCheck must be true or false");
        }
        return text.equalsIgnoreCase("true");
    }

    /** The plugin that another leaves addresses to is started by that one, by its name as well. */
    private static void checkPlugin(JsonTree plugin) {
        JsonTree capabilities = plugin.object("capabilities");
        capabilities.values().keySet().forEach(capabilities::isTrue);
        Names.check("type of a CNI plugin", plugin.text("type"));
        helpersOf(plugin).forEach(helper -> Names.check("type of a CNI plugin", helper));
    }

    private static List<String> helpersOf(JsonTree plugin) {
        String addresses = plugin.object("ipam").textOrNull("type");
        return addresses == null || addresses.isEmpty() ? List.of() : List.of(addresses);
    }

    /** Returns the types of the plugins that a plugin starts in turn. */
    List<String> helpersOf(int index) {
        return helpersOf(plugins.get(index));
    }

    /** Returns the types of all plugins that are started, each once. */
    List<String> programs() {
        return plugins.stream()
                .flatMap(plugin -> Stream.concat(Stream.of(plugin.text("type")), helpersOf(plugin).stream()))
                .distinct()
                .toList();
    }

    /**
     * Returns the name of the network.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the version of CNI that is spoken with the plugins.
     *
     * @return one of {@link #VERSIONS}
     */
    public String version() {
        return version;
    }

    /**
     * Says whether attachments to the network are not to be checked.
     *
     * @return false by default
     */
    public boolean isCheckDisabled() {
        return isCheckDisabled;
    }

    /**
     * Returns the types of the plugins, which are the names of their programs.
     *
     * @return the types in the order of the list
     */
    public List<String> pluginTypes() {
        return plugins.stream().map(plugin -> plugin.text("type")).toList();
    }

    /**
     * Returns what the network was read from.
     *
     * @return the configuration list, which may hold secrets
     */
    public String json() {
        return json;
    }

    /** Returns what a plugin is told, as the specification of CNI derives it. */
    String configurationOf(int index, Map<String, Object> capabilities, @Nullable CniResult previous) {
        JsonTree plugin = plugins.get(index);
        Map<String, Object> told = new LinkedHashMap<>(plugin.values());
        told.keySet().removeAll(List.of("capabilities", "runtimeConfig", "prevResult"));
        told.put("cniVersion", version);
        told.put("name", name);
        Map<String, Object> granted = new LinkedHashMap<>(capabilities);
        JsonTree asked = plugin.object("capabilities");
        granted.keySet().removeIf(capability -> !asked.isTrue(capability));
        if (!granted.isEmpty()) {
            told.put("runtimeConfig", granted);
        }
        if (previous != null) {
            told.put("prevResult", JsonTree.read("result", previous.json()).values());
        }
        return OciJson.write(told);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CniNetwork network && json.equals(network.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** Names the network, and its plugins by their types. */
    @Override
    public String toString() {
        return "CniNetwork[" + name + ", " + version + ", " + String.join(", ", pluginTypes()) + "]";
    }
}
