/**
 * Hooks: programs of this host that have a say when a container is created or has ended. Start at
 * {@link io.runflux.hooks.HookRunner} to run one, at {@link io.runflux.hooks.RuntimeConfigFilter} to pass a
 * configuration through several, and at {@link io.runflux.hooks.HookDirectories} to find those that podman and CRI-O
 * would find.
 *
 * <p>The behaviour is that of containers/common, packages {@code pkg/hooks} and {@code pkg/hooks/exec}. It differs in
 * these points:
 *
 * <table>
 * <caption>What differs</caption>
 * <tr><th>there</th><th>here</th></tr>
 * <tr><td>{@code signal: killed}, {@code context deadline exceeded}, {@code context canceled},
 *     {@code fork/exec /x: no such file or directory}</td>
 *     <td>{@code signal SIGKILL}, "exceeded its time limit of 10s", "was cancelled", "cannot start /x: ..."; for
 *     programs {@link io.runflux.hooks.HookException.Reason}</td></tr>
 * <tr><td>arguments are shown as they are, and none as {@code []}</td>
 *     <td>values that look like secrets are left out, and without arguments the path is shown</td></tr>
 * <tr><td>no post-kill timeout is zero seconds</td><td>no post-kill timeout is ten seconds, and zero is zero</td></tr>
 * <tr><td>limits count from before the start</td><td>limits count from the start, which is bounded, too</td></tr>
 * <tr><td>after the post-kill timeout a thread goes on reading the pipes</td>
 *     <td>the pipes are closed; only the end of the process is waited for, by the launcher</td></tr>
 * <tr><td>an entry of the environment without {@code =} is passed on</td><td>it is refused, and nothing is started</td></tr>
 * <tr><td>the filter changes the caller's configuration hook by hook</td>
 *     <td>the configuration is a value; what the hooks before a failing one made is in the error</td></tr>
 * <tr><td>unknown fields are lost in the result of the filter</td><td>they are kept</td></tr>
 * <tr><td>a filter that writes {@code null} empties the configuration</td><td>it has failed</td></tr>
 * <tr><td>names in JSON match in either case, and the last of equal ones counts</td>
 *     <td>names match exactly, and two equal ones are an error; {@code <}, {@code >} and {@code &} are not escaped</td></tr>
 * <tr><td>output that is no configuration is logged</td><td>it is not, since it may hold secrets; the error says where
 *     it went wrong</td></tr>
 * <tr><td>changes are logged as they are</td><td>the values of variables and of secret options are left out</td></tr>
 * <tr><td>errors of a filter do not say which hook failed, unless its output is no JSON</td>
 *     <td>they name it by index and path</td></tr>
 * <tr><td>a hook file counts whoever may write it</td>
 *     <td>one that others may write, or whose program they may write, is refused</td></tr>
 * <tr><td>a watch is told of changes by the kernel</td><td>it looks every second, and so also notices changes of owners,
 *     modes and programs</td></tr>
 * <tr><td>the first argument may be any name</td><td>so it may, but not where processes are those of the JDK: there it
 *     must be the path</td></tr>
 * <tr><td>the program of a hook file must exist</td><td>it must be an executable file</td></tr>
 * <tr><td>a file of version 0.1.0 with no annotations in its list matches any annotation</td>
 *     <td>the empty list is no condition</td></tr>
 * <tr><td>expressions of any length</td><td>at most 1,000 characters each</td></tr>
 * </table>
 */
@NullMarked
package io.runflux.hooks;

import org.jspecify.annotations.NullMarked;
