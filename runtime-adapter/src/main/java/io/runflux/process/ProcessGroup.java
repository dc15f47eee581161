// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/** Which process group and session a child is started in. */
public enum ProcessGroup {
    /** The group and session of this JVM: a Ctrl-C in its terminal reaches the child, too. */
    INHERIT,
    /** A new group that the child leads, in the session of this JVM ({@code setpgid}). */
    NEW_GROUP,
    /** A new session, and in it a new group, that the child leads ({@code setsid}); it has no controlling terminal. */
    NEW_SESSION
}
