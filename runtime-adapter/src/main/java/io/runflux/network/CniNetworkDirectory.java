// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.files.FileErrors;
import io.runflux.files.TrustedFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A directory of networks, as CNI's own library has them: configuration lists in files that end with {@code .conflist},
 * and single plugins in files that end with {@code .conf} or {@code .json}. Lists come before single plugins, and each
 * of both by the names of their files. Of networks of the same name the first counts.
 *
 * <p>What a file says is done as root most often, so it counts only if none but root and the user of this JVM could
 * have written it: it, the directory, and every directory and symbolic link on the way to both must belong to one of
 * the two, and may be writable by the owner alone. Only above the directory may one be writable by others, if it is
 * sticky.
 *
 * <p>A file that cannot be used hinders no other. At most {@value #MAX_FILES} files a directory and
 * {@value #MAX_FILE_BYTES} bytes a file are read. Immutable and safe for concurrent use.
 */
public final class CniNetworkDirectory {
    /** Where networks are unless said otherwise. */
    public static final Path DIRECTORY = Path.of("/etc/cni/net.d");

    /** How many networks a directory may hold. */
    public static final int MAX_FILES = 1_000;

    /** How long a file may be, in bytes. */
    public static final int MAX_FILE_BYTES = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(CniNetworkDirectory.class);
    private static final Set<String> LISTS = Set.of("conflist");
    private static final Set<String> PLUGINS = Set.of("conf", "json");

    private final Path directory;

    private CniNetworkDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Returns the networks of a directory.
     *
     * @param directory absolute; one that is not there is one without networks
     * @return the networks
     * @throws IllegalArgumentException if the directory is relative
     */
    public static CniNetworkDirectory of(Path directory) {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("directory of CNI networks must be absolute, was '" + directory + "'");
        }
        return new CniNetworkDirectory(directory);
    }

    /**
     * Returns the networks of {@link #DIRECTORY}.
     *
     * @return the networks
     */
    public static CniNetworkDirectory defaults() {
        return of(DIRECTORY);
    }

    /**
     * Finds a network. Files that come before its own and cannot be used are logged as warnings.
     *
     * @param name the name that it gives itself, which need not be that of its file
     * @return the network, never empty; fails with a {@link NoSuchNetworkException}, which names the files that cannot
     *     be used, and with another {@link NetworkException} if the directory cannot be. Every subscription reads the
     *     files anew, on {@link Schedulers#boundedElastic()}; cancelling drops what was read
     * @throws IllegalArgumentException if the name is not made of letters and digits with single {@code .}, {@code _}
     *     or {@code -} between them
     */
    public Mono<CniNetwork> find(String name) {
        Names.check("name of a CNI network", name);
        return FileWork.call(() -> read(name)).checkpoint("find CNI network " + name);
    }

    private CniNetwork read(String name) throws IOException {
        TrustedFiles trusted = TrustedFiles.ofThisUser();
        List<String> others = new ArrayList<>();
        List<NetworkException> unusable = new ArrayList<>();
        for (Path file : files(trusted)) {
            try {
                CniNetwork network = read(file, trusted);
                if (network.name().equals(name)) {
                    unusable.forEach(error -> log.warn("{}", error.getMessage()));
                    return network;
                }
                others.add(network.name());
            } catch (NetworkException e) {
                unusable.add(e);
            }
        }
        throw NoSuchNetworkException.of(name, directory, others, unusable);
    }

    private List<Path> files(TrustedFiles trusted) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        Path real = trusted.checkDirectory(directory);
        List<Path> files = new ArrayList<>(files(real, LISTS));
        files.addAll(files(real, PLUGINS));
        if (files.size() > MAX_FILES) {
            throw new FileSystemException(
                    directory.toString(), null, "must hold at most " + MAX_FILES + " networks, has " + files.size());
        }
        return files;
    }

    private static List<Path> files(Path directory, Set<String> endings) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> endings.contains(ending(file))).sorted().toList();
        }
    }

    private static String ending(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static CniNetwork read(Path file, TrustedFiles trusted) {
        try (InputStream stream = Files.newInputStream(trusted.checkFile(file))) {
            byte[] bytes = stream.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("must be at most " + MAX_FILE_BYTES + " bytes");
            }
            String json = new String(bytes, StandardCharsets.UTF_8);
            return LISTS.contains(ending(file)) ? CniNetwork.parse(json) : CniNetwork.parsePlugin(json);
        } catch (IOException e) {
            throw new NetworkException("cannot use '" + file + "': " + FileErrors.why(e), e);
        } catch (IllegalArgumentException e) {
            throw new NetworkException("cannot use '" + file + "': " + e.getMessage(), e);
        }
    }
}
