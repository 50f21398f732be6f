package duet.jobs.config;

import static duet.jobs.config.OptionValues.durationInRange;
import static duet.jobs.config.OptionValues.path;
import static duet.jobs.config.OptionValues.text;
import static duet.jobs.config.OptionValues.value;

import duet.jobs.release.BundleReleases;
import duet.jobs.release.ReleaseSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;

/**
 * These options say how model releases reach the job.
 *
 * @param modelsTopic {@link DuetOptions#MODELS_TOPIC}
 * @param statusTopic {@link DuetOptions#RELEASE_STATUS_TOPIC}
 * @param publicKey {@link DuetOptions#RELEASES_PUBLIC_KEY}; empty: releases need no signature
 * @param cacheDirectory {@link DuetOptions#RELEASES_CACHE_DIRECTORY}; empty: below the temporary
 *     directory of the task manager
 * @param fetchTimeout {@link DuetOptions#RELEASES_FETCH_TIMEOUT}
 * @param retireAfter {@link DuetOptions#RELEASES_RETIRE_AFTER}
 */
public record ReleaseOptions(
        String modelsTopic,
        String statusTopic,
        Optional<Path> publicKey,
        Optional<Path> cacheDirectory,
        Duration fetchTimeout,
        Duration retireAfter) {

    /**
     * Reads and checks the options.
     *
     * @throws duet.schemas.InvalidInputException naming the option and its value: missing,
     *     unreadable or out of its range
     */
    static ReleaseOptions from(ReadableConfig config) {
        return new ReleaseOptions(
                text(config, DuetOptions.MODELS_TOPIC),
                text(config, DuetOptions.RELEASE_STATUS_TOPIC),
                value(config, DuetOptions.RELEASES_PUBLIC_KEY) == null
                        ? Optional.empty()
                        : Optional.of(path(config, DuetOptions.RELEASES_PUBLIC_KEY)),
                value(config, DuetOptions.RELEASES_CACHE_DIRECTORY) == null
                        ? Optional.empty()
                        : Optional.of(path(config, DuetOptions.RELEASES_CACHE_DIRECTORY)),
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

    /** Returns a source that opens releases on a task manager. */
    public ReleaseSource source() {
        return new BundleReleases(
                cacheDirectory.orElse(null), publicKey.orElse(null), fetchTimeout);
    }
}
