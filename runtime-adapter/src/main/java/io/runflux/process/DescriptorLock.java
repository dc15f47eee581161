// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A file that is locked, against other processes and against others in this one, as {@code flock(2)} does. The lock
 * lives with a descriptor of its own, and no child inherits it. So it outlasts the closing of any other descriptor of
 * the file, with which a {@link java.nio.channels.FileLock} is gone (fcntl(2)).
 *
 * <p>On a machine that lacks something, as {@link ProcessLauncher#missingForNative()} says, it is such a
 * {@code FileLock} nevertheless. Safe for concurrent use.
 */
public final class DescriptorLock implements Closeable {
    private final Closeable held;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private DescriptorLock(Closeable held) {
        this.held = held;
    }

    /**
     * Locks a file that is there. Blocks as opening a file does, but not for whoever has it locked.
     *
     * @param file an absolute path to a regular file, through no symbolic link
     * @return the lock, or null if somebody has it
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if it cannot be looked at
     * @throws ProcessException if something else is there, or a symbolic link on the way, or the kernel refuses
     */
    public static @Nullable DescriptorLock tryLock(Path file) throws IOException {
        return NativeSupport.missing() == null ? ofDescriptor(NativeSupport.libc(), file) : ofProcess(file);
    }

    static @Nullable DescriptorLock ofDescriptor(Libc libc, Path file) throws IOException {
        int descriptor = open(libc, file);
        int error = libc.flock(descriptor, Linux.LOCK_EX | Linux.LOCK_NB);
        if (error == 0) {
            return new DescriptorLock(() -> unlock(libc, descriptor));
        }
        libc.close(descriptor);
        if (error == -Linux.EAGAIN) {
            return null;
        }
        throw new ProcessException("locking '" + file + "': " + Linux.describe(-error), null);
    }

    private static int open(Libc libc, Path file) throws IOException {
        try (PathHandle handle = PathHandle.open(libc, file)) {
            if (!handle.isOf(PathHandle.REGULAR)) {
                throw new ProcessException("'" + file + "' must be a regular file", null);
            }
            int opened = libc.open(Linux.cString(handle.name()), Linux.O_RDWR | Linux.O_CLOEXEC, 0);
            if (opened < 0) {
                throw new ProcessException("'" + file + "': " + Linux.describe(-opened), null);
            }
            return opened;
        } catch (PeerUnavailableException none) {
            throw new NoSuchFileException(file.toString());
        }
    }

    /** A child that is being started may have the descriptor for a moment still, and with it the lock. */
    private static void unlock(Libc libc, int descriptor) {
        libc.flock(descriptor, Linux.LOCK_UN);
        libc.close(descriptor);
    }

    static @Nullable DescriptorLock ofProcess(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            if (channel.tryLock() != null) {
                return new DescriptorLock(channel);
            }
        } catch (OverlappingFileLockException ours) {
            channel.close();
            return null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    /**
     * Unlocks the file; repeating does nothing.
     *
     * @throws IOException if it cannot be closed
     */
    @Override
    public void close() throws IOException {
        if (isClosed.compareAndSet(false, true)) {
            held.close();
        }
    }
}
