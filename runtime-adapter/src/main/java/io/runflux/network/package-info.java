/**
 * Network namespaces, what is in them, and networks. Start at {@link io.runflux.network.NetworkNamespaces} to make a
 * namespace, and at {@link io.runflux.network.CniNetworks} to attach a container to a network that
 * {@link io.runflux.network.CniNetwork} describes, with the plugins of versions 0.4.0 to 1.1.0 of CNI.
 * {@link io.runflux.network.CniNetworkDirectory} finds networks by their names.
 *
 * <p>It does what hcsshim's {@code GetNamespaceEndpoints} and CNI's own {@code libcni} do. It differs in these points:
 *
 * <table>
 * <caption>What differs</caption>
 * <tr><th>there</th><th>here</th></tr>
 * <tr><td>the endpoints of a namespace are those that a service of Windows keeps in a list</td>
 *     <td>they are the interfaces that the kernel has in it, but for the loopback</td></tr>
 * <tr><td>each endpoint is asked for by its id, and the first failure loses all</td>
 *     <td>all are asked for at once; a failure loses all</td></tr>
 * <tr><td>no endpoint is no list</td><td>it is an empty one</td></tr>
 * <tr><td>{@code ip netns add} keeps namespaces in {@code /run/netns}, their loopback off</td>
 *     <td>any directory will do, and the loopback is on</td></tr>
 * <tr><td>a failed ADD is left as it is</td><td>the plugins that were called are called to delete</td></tr>
 * <tr><td>the result of ADD is written down after it</td>
 *     <td>that it was begun is, too, and before it: a crash in between can be cleaned up</td></tr>
 * <tr><td>a second ADD replaces what was written down of the first</td><td>it is refused</td></tr>
 * <tr><td>DEL stops at the first plugin that fails</td><td>the others are called, and every error is told</td></tr>
 * <tr><td>DEL and CHECK use the configuration that they are given</td>
 *     <td>they use that of ADD, if it is written down</td></tr>
 * <tr><td>DEL names the namespace also when it is gone</td><td>it does not, as the specification has it</td></tr>
 * <tr><td>whatever is at the path of a namespace is attached, and detached from</td>
 *     <td>never that of the host, and at DEL only the one that was attached</td></tr>
 * <tr><td>networks of the same container may share an interface, as in CNI 0.4.0</td>
 *     <td>an interface is of one network, as in CNI 1.0</td></tr>
 * <tr><td>plugins inherit the environment</td><td>they get their parameters and a fixed search path</td></tr>
 * <tr><td>plugins may take for ever</td><td>each call has a time limit, and ends with what it started</td></tr>
 * <tr><td>cancelling kills the plugin</td>
 *     <td>the plugin comes to its end, no other is begun, and what was done is taken back</td></tr>
 * <tr><td>a plugin is whatever the search path finds first</td>
 *     <td>a plugin that others than root and this user may write, or put there, is refused, and so is one for
 *     addresses</td></tr>
 * <tr><td>works on one container may overlap</td><td>they are done one after another</td></tr>
 * <tr><td>versions from 0.1.0</td>
 *     <td>versions from 0.4.0, where CHECK and the earlier result at DEL begin; no STATUS, no GC</td></tr>
 * <tr><td>one file that cannot be read, and no network of its directory is found</td>
 *     <td>the others are, unless others than root and this user may write to the directory; its error is told once
 *     the network is not found</td></tr>
 * <tr><td>plugins in a directory of the name of a network are added to it</td><td>they are not</td></tr>
 * </table>
 */
@NullMarked
package io.runflux.network;

import org.jspecify.annotations.NullMarked;
