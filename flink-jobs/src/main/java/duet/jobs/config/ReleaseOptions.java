package duet.jobs.config;

import static duet.jobs.config.OptionValues.durationInRange;
import static duet.jobs.config.OptionValues.path;
import static duet.jobs.config.OptionValues.text;
import static duet.jobs.config.OptionValues.value;

import duet.jobs.release.BundleReleases;
import duet.jobs.release.ReleaseSource;
import duet.schemas.InvalidInputException;
import duet.schemas.release.AllowedAddresses;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.signature.Verifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/**
 * These options say how model releases reach the job.
 *
 * @param modelsTopic {@link DuetOptions#MODELS_TOPIC}
 * @param statusTopic {@link DuetOptions#RELEASE_STATUS_TOPIC}
 * @param publicKey {@link DuetOptions#RELEASES_PUBLIC_KEY}; empty: releases need no signature
 * @param rolloutPublicKey {@link DuetOptions#RELEASES_ROLLOUT_PUBLIC_KEY}; empty: who publishes
 *     also decides which devices run a release
 * @param cacheDirectory {@link DuetOptions#RELEASES_CACHE_DIRECTORY}; empty: below the caches of
 *     the task manager's user
 * @param allowed {@link DuetOptions#RELEASES_ALLOW}; none: addresses of {@code https}
 * @param fetchTimeout {@link DuetOptions#RELEASES_FETCH_TIMEOUT}
 * @param retireAfter {@link DuetOptions#RELEASES_RETIRE_AFTER}
 */
public record ReleaseOptions(
        String modelsTopic,
        String statusTopic,
        Optional<Path> publicKey,
        Optional<Path> rolloutPublicKey,
        Optional<Path> cacheDirectory,
        List<String> allowed,
        Duration fetchTimeout,
        Duration retireAfter) {

    /**
     * Reads and checks the options.
     *
     * @throws duet.schemas.InvalidInputException naming the option and its value: missing,
     *     unreadable or out of its range
     */
    static ReleaseOptions from(ReadableConfig config) {
        Optional<Path> publicKey = optionalPath(config, DuetOptions.RELEASES_PUBLIC_KEY);
        Optional<Path> rolloutPublicKey =
                optionalPath(config, DuetOptions.RELEASES_ROLLOUT_PUBLIC_KEY);
        if (rolloutPublicKey.isPresent() && publicKey.isEmpty()) {
            throw new InvalidInputException(
                    DuetOptions.RELEASES_ROLLOUT_PUBLIC_KEY.key()
                            + " is "
                            + rolloutPublicKey.get()
                            + ", which asks for nothing without "
                            + DuetOptions.RELEASES_PUBLIC_KEY.key());
        }
        return new ReleaseOptions(
                text(config, DuetOptions.MODELS_TOPIC),
                text(config, DuetOptions.RELEASE_STATUS_TOPIC),
                publicKey,
                rolloutPublicKey,
                optionalPath(config, DuetOptions.RELEASES_CACHE_DIRECTORY),
                allowed(config),
                durationInRange(
                        config,
                        DuetOptions.RELEASES_FETCH_TIMEOUT,
                        100,
                        Duration.ofHours(1).toMillis()),
                durationInRange(
                        config,
                        DuetOptions.RELEASES_RETIRE_AFTER,
                        0,
                        Duration.ofDays(7).toMillis()));
    }

    private static Optional<Path> optionalPath(ReadableConfig config, ConfigOption<String> option) {
        return value(config, option) == null ? Optional.empty() : Optional.of(path(config, option));
    }

    private static List<String> allowed(ReadableConfig config) {
        List<String> listed = value(config, DuetOptions.RELEASES_ALLOW);
        List<String> allowed = listed == null ? List.of() : List.copyOf(listed);
        try {
            AllowedAddresses.beginningWith(allowed);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    DuetOptions.RELEASES_ALLOW.key() + ": " + e.getMessage(), e);
        }
        return allowed;
    }

    /**
     * Returns the keys of those who may release, from the files as this machine has them.
     *
     * @throws InvalidInputException naming option and file: missing, unreadable, or not only
     *     Ed25519 public keys
     */
    public ReleaseKeys keys() {
        if (publicKey.isEmpty()) {
            return ReleaseKeys.none();
        }
        Verifier publishers = verifier(DuetOptions.RELEASES_PUBLIC_KEY, publicKey.get());
        return rolloutPublicKey
                .map(file -> verifier(DuetOptions.RELEASES_ROLLOUT_PUBLIC_KEY, file))
                .map(promoters -> ReleaseKeys.of(publishers, promoters))
                .orElseGet(() -> ReleaseKeys.of(publishers));
    }

    private static Verifier verifier(ConfigOption<String> option, Path file) {
        try {
            return Verifier.read(file);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(option.key() + ": " + e.getMessage(), e);
        }
    }

    /** Returns a source that opens releases on a task manager. */
    public ReleaseSource source() {
        return new BundleReleases(
                cacheDirectory.orElse(null),
                publicKey.orElse(null),
                rolloutPublicKey.orElse(null),
                fetchTimeout,
                allowed);
    }
}
