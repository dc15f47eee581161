// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import io.runflux.events.ContainerId;
import io.runflux.process.TerminalSize;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A connection to a container that another process holds. Each method blocks; one thread may read while others write,
 * and closing ends all of them.
 */
public final class AttachConnection implements AutoCloseable {
    private static final int UNKNOWN = 255;

    private final SocketChannel channel;
    private final ByteBuffer header = ByteBuffer.allocate(Frames.HEADER_BYTES);
    private final ByteBuffer content = ByteBuffer.allocate(Frames.MAX_CONTENT_BYTES);
    private boolean hasTerminal;
    private boolean takesInput;

    private AttachConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects.
     *
     * @param directory where the sockets are
     * @param id the container
     * @return the connection
     * @throws IllegalStateException if nobody holds such a container, or refuses
     * @throws IllegalArgumentException if the directory's path is too long
     */
    public static AttachConnection open(Path directory, ContainerId id) {
        AttachConnection connection = new AttachConnection(connect(AttachSocket.find(directory, id), id));
        try {
            connection.readHello();
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw new IllegalStateException("cannot attach to container " + id + ": " + e.getMessage(), e);
        }
    }

    private static SocketChannel connect(List<Path> sockets, ContainerId id) {
        IllegalStateException nobody =
                new IllegalStateException("no command of this state directory runs container " + id);
        for (Path socket : sockets) {
            try {
                return SocketChannel.open(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) {
                nobody.addSuppressed(e);
            }
        }
        throw nobody;
    }

    private void readHello() throws IOException {
        int type = readFrame();
        if (type == Frames.REFUSAL) {
            throw new IllegalStateException(text());
        }
        if (type != Frames.HELLO || content.remaining() < 2 || content.get() != Frames.VERSION) {
            throw new IOException("the other side is of another version");
        }
        int flags = content.get();
        hasTerminal = (flags & Frames.HAS_TERMINAL) != 0;
        takesInput = (flags & Frames.TAKES_INPUT) != 0;
    }

    /**
     * Returns whether the container's process has a terminal.
     *
     * @return whether it has
     */
    public boolean hasTerminal() {
        return hasTerminal;
    }

    /**
     * Returns whether the container gets input.
     *
     * @return whether it does
     */
    public boolean takesInput() {
        return takesInput;
    }

    /**
     * Copies what the container writes, from now on, until its end.
     *
     * @param output where output goes
     * @param errors where errors go
     * @return the exit code of the container's process, 255 if it is unknown or its holder was killed
     * @throws IllegalStateException if the other side cut this one off
     * @throws UncheckedIOException if something cannot be read or written
     */
    public int copy(OutputStream output, OutputStream errors) {
        try {
            return copyNow(output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException("the output could not be passed on: " + e.getMessage(), e);
        }
    }

    private int copyNow(OutputStream output, OutputStream errors) throws IOException {
        while (true) {
            int type;
            try {
                type = readFrame();
            } catch (EOFException e) {
                return UNKNOWN;
            }
            switch (type) {
                case Frames.OUTPUT -> write(output);
                case Frames.ERRORS -> write(errors);
                case Frames.REFUSAL -> throw new IllegalStateException("cut off by the other side: " + text());
                case Frames.EXIT -> {
                    return content.remaining() < Integer.BYTES ? UNKNOWN : content.getInt();
                }
                default -> content.clear();
            }
        }
    }

    private void write(OutputStream target) throws IOException {
        target.write(content.array(), content.position(), content.remaining());
        target.flush();
    }

    private String text() {
        return StandardCharsets.UTF_8.decode(content).toString();
    }

    /** Returns the type; what it contains is in the buffer. */
    private int readFrame() throws IOException {
        fill(header.clear());
        int type = header.get() & 0xff;
        int length = header.getInt();
        if (length < 0 || length > Frames.MAX_CONTENT_BYTES) {
            throw new IOException("a frame has at most " + Frames.MAX_CONTENT_BYTES + " bytes, was " + length);
        }
        fill(content.clear().limit(length));
        return type;
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (readOrEnd(buffer) < 0) {
                throw new EOFException("the connection has ended");
            }
        }
        buffer.flip();
    }

    /** A holder that was killed before it had read all input has ended as well. */
    private int readOrEnd(ByteBuffer buffer) throws IOException {
        try {
            return channel.read(buffer);
        } catch (SocketException reset) {
            return -1;
        }
    }

    /**
     * Sends input to the container.
     *
     * @param bytes the bytes from its position to its limit, which are taken
     * @throws IOException if the connection has ended
     */
    public void sendInput(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + Frames.MAX_CONTENT_BYTES));
            send(Frames.INPUT, bytes);
        }
    }

    /**
     * Tells the terminal of the container how large it is to be.
     *
     * @param size the size
     * @throws IOException if the connection has ended
     */
    public void sendSize(TerminalSize size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Short.BYTES);
        send(
                Frames.SIZE,
                bytes.putShort((short) size.rows())
                        .putShort((short) size.columns())
                        .flip());
    }

    /** A frame at a time, from whichever thread. */
    private synchronized void send(int type, ByteBuffer bytes) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Frames.HEADER_BYTES + bytes.remaining());
        frame.put((byte) type).putInt(bytes.remaining()).put(bytes).flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    /** Ends the connection, which leaves the container alone. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
