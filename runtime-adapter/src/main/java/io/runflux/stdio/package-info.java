// SPDX-License-Identifier: Apache-2.0
/**
 * What stands above the streams of a process: where its output goes, by URI, and how it is read again. Start at
 * {@link io.runflux.stdio.UpstreamIo} to write, at {@link io.runflux.stdio.LogReader} to read, and at
 * {@link io.runflux.stdio.StdioListener} where the peer is to come here.
 *
 * <p>Targets are {@code null}, {@code file://}, {@code fifo://}, {@code unix://} and logging drivers
 * ({@code binary://}, {@code binary-v2://}). Files behave as those of containerd's shims, with rotation added as the
 * kubelet and docker have it, but for these points:
 *
 * <table>
 * <caption>What differs</caption>
 * <tr><th>there</th><th>here</th></tr>
 * <tr><td>a file may be anywhere, and links are followed to it</td>
 *     <td>only below allowed roots, of which there are none by default, and through no symbolic link</td></tr>
 * <tr><td>directories that are missing are made</td><td>they are not: whoever allows a root makes what is below
 *     it</td></tr>
 * <tr><td>a file has mode 0644</td><td>0600 or 0640, set also on a file that was there</td></tr>
 * <tr><td>the process waits for the disk</td><td>what the disk is too slow for is dropped, counted and marked, unless the
 *     URI says {@code overflow=wait}</td></tr>
 * <tr><td>a disk that fails ends the copying, and the process then waits for ever, or gets {@code EPIPE}</td>
 *     <td>so it does with {@code overflow=wait}; else what cannot be written is dropped, counted and marked, and the
 *     error comes at the end</td></tr>
 * <tr><td>any bytes that come are written, so that the two outputs can meet within a line</td>
 *     <td>lines, or 16 KiB of one; what is not a whole line waits for the rest of it</td></tr>
 * <tr><td>a file grows without end, and may be cut short while it is written to (copytruncate)</td>
 *     <td>it is renamed between two records, and a new one made</td></tr>
 * <tr><td>docker calls the youngest full file {@code .1} and renames all others, the kubelet adds a time</td>
 *     <td>files are numbered as they come, {@code .0000000001} first, and keep their names; the highest is the
 *     youngest; none is compressed</td></tr>
 * <tr><td>two writers of one file mix their output</td><td>the second cannot open it, in whichever process: as long
 *     as {@code NAME} is written, {@code .NAME.lock} is beside it and locked</td></tr>
 * <tr><td>docker's json-file ends a time where its last digit is not 0</td><td>times have nine digits</td></tr>
 * <tr><td>an unknown parameter is ignored</td><td>it is refused</td></tr>
 * </table>
 *
 * <p>A line of more than 16 KiB is several records, and these can be in two files. In JSON, bytes that are no UTF-8 are
 * replaced, as docker does; the other formats keep them. In the CRI format a last line without a newline reads as one
 * with it.
 *
 * <p>A logging driver is a program that reads standard output from its descriptor 3 and standard error from 4, and says
 * through 5 that it is ready. Drivers are started as containerd's shims start them, but for these points:
 *
 * <table>
 * <caption>What differs for logging drivers</caption>
 * <tr><th>there</th><th>here</th></tr>
 * <tr><td>whatever the URI names is run</td><td>only what is on a list, empty by default, is reached without symbolic
 *     links, and can be changed by root and this user alone; in a process group of its own, and in {@code /}</td></tr>
 * <tr><td>arguments come in any order, and of a key that is repeated the first value counts</td>
 *     <td>they keep their order; a repeated key is refused; {@code +} is no space</td></tr>
 * <tr><td>a host in the URI is ignored</td><td>it is refused</td></tr>
 * <tr><td>a driver may take for ever to get ready, and with {@code binary} one that has died is ready</td>
 *     <td>it has ten seconds, and whoever has died is not ready</td></tr>
 * <tr><td>the process waits for a slow driver, and for ever for one that has died</td><td>what the driver is too slow
 *     for is dropped, counted, and marked where it is missing, unless {@link io.runflux.stdio.DriverLimits} say to wait; a driver that has
 *     died is an error of both outputs and of closing</td></tr>
 * <tr><td>at the end {@code SIGTERM} comes at once, and the last lines are lost with it; after twelve seconds
 *     {@code SIGKILL}</td><td>each input ends with its output; the driver has six seconds to end on its own, then gets
 *     {@code SIGTERM}, and {@code SIGKILL} after six more, which is an error; its group is killed with it</td></tr>
 * <tr><td>the status of a driver is not looked at</td><td>one that fails at the end is an error of closing</td></tr>
 * <tr><td>with a terminal, standard error ends with the driver</td><td>it is at its end from the beginning</td></tr>
 * </table>
 *
 * <p>What a driver has been given and not read when it dies is in its pipe, 64 KiB at most of each output, and is not
 * counted as lost.
 *
 * <p>FIFOs and unix sockets stand where hcsshim has named pipes, and behave as these do there: dialled in the order
 * standard input, output, error; redialled for writing alone, at once and then with a growing delay. It differs in
 * these points:
 *
 * <table>
 * <caption>What differs for FIFOs and sockets</caption>
 * <tr><th>there</th><th>here</th></tr>
 * <tr><td>a pipe may be anywhere</td><td>only below allowed roots, and through no symbolic link</td></tr>
 * <tr><td>a FIFO that nobody reads is opened in the background (containerd)</td><td>opening waits for the reader, at
 *     most for the retry timeout, and can be cancelled</td></tr>
 * <tr><td>what a severed pipe had taken and nobody read is lost</td><td>a FIFO stays open until it has a reader again,
 *     who finds it there; if there is another FIFO in its place, it is lost and counted. Of a socket it is lost, and
 *     cannot be counted: Linux tells neither before nor after how many bytes were not read</td></tr>
 * <tr><td>each outage begins with a dial at once, so that a peer that takes connections and closes them is dialled
 *     without a rest</td><td>the waits of the last outage go on growing, unless the connection held for a second</td></tr>
 * <tr><td>a wait is spread by a half after it was bounded, and so is 90 seconds at most</td>
 *     <td>60 seconds at most, from 30 upwards when it has grown so far</td></tr>
 * <tr><td>the process waits during an outage</td><td>what there is no room for is dropped, counted and marked, unless the
 *     URI says {@code overflow=wait}</td></tr>
 * <tr><td>the write that runs into the retry timeout fails, and the copying ends</td><td>so it does with
 *     {@code overflow=wait}; else what waits is lost, and what comes later begins anew</td></tr>
 * <tr><td>dialling again cannot be cancelled</td><td>it ends with the target</td></tr>
 * <tr><td>closing loses what is not yet written</td><td>it is written for up to ten seconds, then lost and
 *     counted</td></tr>
 * <tr><td>a pipe that is listened at has a random name, which anybody may open first</td><td>it lies in a directory of
 *     its own, which only this user may enter</td></tr>
 * </table>
 */
@NullMarked
package io.runflux.stdio;

import org.jspecify.annotations.NullMarked;
