// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Prepares the JVM of the tests before any class of theirs is loaded: every test class gets the {@link LeakGuard} and
 * every test a time limit, without a settings file in each module. With several test JVMs Maven looks for the tests in
 * its own JVM, which runs none of them and is left alone; its launcher is known by its settings file.
 */
public final class GuardSession implements LauncherSessionListener {
    private static final AtomicBoolean INSTALLED = new AtomicBoolean();

    /** Public for the service loader. */
    public GuardSession() {}

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        System.setProperty("junit.jupiter.extensions.autodetection.enabled", "true");
        System.setProperty("junit.jupiter.execution.timeout.default", "120 s");
        if (System.getProperty("classworlds.conf") == null) {
            install();
        }
    }

    static void install() {
        if (INSTALLED.compareAndSet(false, true)) {
            openSharedDescriptors();
            NettyLeaks.install();
            BlockingCalls.install();
            DroppedErrors.install();
        }
    }

    /** The first pipe that is closed makes the JDK open a socket that it keeps. */
    private static void openSharedDescriptors() {
        try {
            Pipe pipe = Pipe.open();
            pipe.sink().close();
            pipe.source().close();
        } catch (IOException e) {
            throw new IllegalStateException("cannot open a pipe", e);
        }
    }
}
