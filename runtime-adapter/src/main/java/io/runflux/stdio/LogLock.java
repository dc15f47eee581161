// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.runflux.process.DescriptorLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a log for one writer. What is locked is a file beside it, which rotation does not rename, and which is removed
 * in the end: who removes it has it locked, so that one that is there and locked stays. Blocks.
 */
final class LogLock implements Closeable {
    private static final int ATTEMPTS = 10;

    private final LogDirectory directory;
    private final DescriptorLock lock;

    private LogLock(LogDirectory directory, DescriptorLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** @throws IOException if somebody has the lock, or it cannot be taken */
    static LogLock take(LogDirectory directory) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            LogLock lock = attempt(directory);
            if (lock != null) {
                return lock;
            }
        }
        throw new IOException("'" + directory.lock() + "' is removed again and again");
    }

    /** Returns null if what was to be locked has been removed meanwhile. */
    private static @Nullable LogLock attempt(LogDirectory directory) throws IOException {
        try {
            Object key = directory.ensureLock();
            LogLock lock = new LogLock(directory, lock(directory));
            return lock.isOf(key) ? lock : null;
        } catch (NoSuchFileException removed) {
            return null;
        }
    }

    private static DescriptorLock lock(LogDirectory directory) throws IOException {
        DescriptorLock lock = DescriptorLock.tryLock(directory.lock());
        if (lock == null) {
            throw new IOException("somebody else writes to it, here or in another process");
        }
        return lock;
    }

    /** Returns whether what is locked is there still; if not, it is closed. */
    private boolean isOf(Object key) throws IOException {
        boolean isThere = false;
        try {
            isThere = key.equals(directory.key(directory.names().lock()));
            return isThere;
        } finally {
            if (!isThere) {
                lock.close();
            }
        }
    }

    LogDirectory directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            directory.delete(directory.names().lock());
        }
    }
}
