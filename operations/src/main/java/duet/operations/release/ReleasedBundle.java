package duet.operations.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.schemas.InvalidInputException;
import duet.schemas.ModelVersions;
import duet.schemas.OneLine;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.release.AllowedAddresses;
import duet.schemas.release.BundleFetcher;
import duet.schemas.release.BundleFiles;
import duet.schemas.release.FetchLimits;
import duet.schemas.release.ReleaseRefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is released of a bundle, at the place from which the job and the devices will read it.
 *
 * @param version its model version
 * @param uri where it lies
 * @param manifestSha256 SHA-256 of its manifest in hexadecimal
 * @param metrics what training measured, the numbers of it
 */
public record ReleasedBundle(
        String version, String uri, String manifestSha256, Map<String, Double> metrics) {
    private static final Duration READ_TIME = Duration.ofSeconds(60);
    private static final int MOST_METRICS = 64;

    /**
     * Reads the bundle of a directory, which is checked as a whole, or behind an http(s) address,
     * of which the manifest is read.
     *
     * @param place a path, or a URI of the scheme file, http or https
     * @throws InvalidInputException naming the place: no bundle there, altered, or of a scheme that
     *     cannot be read here
     */
    public static ReleasedBundle at(String place) {
        URI uri = uri(place);
        String scheme = uri == null ? null : uri.getScheme();
        // One letter is a drive.
        if (scheme == null || scheme.length() == 1) {
            return inDirectory(path(place));
        }
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "file" -> inDirectory(path(uri));
            case "http", "https" -> behind(uri);
            default ->
                    throw new InvalidInputException(
                            "cannot read a bundle at "
                                    + place
                                    + ": name a directory, or an address of file:, http: or"
                                    + " https:");
        };
    }

    /** Returns the release of this bundle, for no device and not signed yet. */
    ModelRelease release() {
        return new ModelRelease(
                version, uri, manifestSha256, null, 0L, metrics, 0.0, ReleaseState.LIVE, 0L, null);
    }

    private static ReleasedBundle inDirectory(Path directory) {
        ModelBundle bundle = ModelBundle.open(directory);
        Map<String, Double> metrics = new HashMap<>();
        bundle.manifest()
                .metrics()
                .forEach(
                        (name, value) -> {
                            if (value instanceof Number number) {
                                put(metrics, name, number.doubleValue());
                            }
                        });
        return new ReleasedBundle(
                bundle.modelVersion(),
                directory.toAbsolutePath().normalize().toUri().toString(),
                bundle.manifestSha256(),
                metrics);
    }

    private static ReleasedBundle behind(URI uri) {
        String base = uri.toString().endsWith("/") ? uri.toString() : uri + "/";
        byte[] content = fetch(uri);
        String manifest = BundleFiles.shown(URI.create(base).resolve(ModelBundle.MANIFEST));
        try {
            JsonNode tree = new ObjectMapper().readTree(content);
            String version = tree.path("modelVersion").asText("");
            if (version.isBlank()) {
                throw new InvalidInputException(manifest + " names no modelVersion");
            }
            if (!ModelVersions.isValid(version)) {
                throw new InvalidInputException(
                        manifest
                                + " names the modelVersion '"
                                + OneLine.of(version, ModelVersions.MOST_CHARACTERS)
                                + "', "
                                + ModelVersions.RULE);
            }
            Map<String, Double> metrics = new HashMap<>();
            tree.path("metrics")
                    .properties()
                    .forEach(
                            metric -> {
                                if (metric.getValue().isNumber()) {
                                    put(metrics, metric.getKey(), metric.getValue().asDouble());
                                }
                            });
            return new ReleasedBundle(version, base, sha256(content), metrics);
        } catch (IOException e) {
            throw new InvalidInputException(manifest + " is not a manifest", e);
        }
    }

    private static byte[] fetch(URI directory) {
        try {
            return new BundleFetcher(
                            BundleFetcher.defaultCache(),
                            System::currentTimeMillis,
                            FetchLimits.within(READ_TIME),
                            AllowedAddresses.everywhere())
                    .manifest(directory.toString());
        } catch (ReleaseRefusedException | IOException e) {
            throw new InvalidInputException(e.getMessage(), e);
        }
    }

    /**
     * Puts a number where a record can hold it: not every number is one in a record, and a record
     * holds so many.
     */
    private static void put(Map<String, Double> metrics, String name, double value) {
        if (Double.isFinite(value) && metrics.size() < MOST_METRICS) {
            metrics.put(name, value);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the URI, or null where the text is none: it may be a path. */
    private static @Nullable URI uri(String place) {
        try {
            return new URI(place);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static Path path(URI uri) {
        try {
            return Path.of(uri);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    uri + " is not the address of a directory: " + e.getMessage(), e);
        }
    }

    private static Path path(String place) {
        try {
            return Path.of(place);
        } catch (InvalidPathException e) {
            throw new InvalidInputException(place + " is not a directory: " + e.getMessage(), e);
        }
    }
}
