package duet.jobs.config;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;

/**
 * These options say how the job signs what it sends. The key itself is read where deltas are made,
 * never where the job is submitted, so that it is no part of the job that the cluster stores.
 *
 * @param privateKey {@link DuetOptions#SIGNING_PRIVATE_KEY}; empty: deltas are not signed
 * @param ofBatches {@link DuetOptions#SIGNING_BATCH}
 */
public record SigningOptions(Optional<Path> privateKey, boolean ofBatches) {

    /** Reads the options; the file is not opened. */
    static SigningOptions from(ReadableConfig config) {
        return new SigningOptions(
                OptionValues.value(config, DuetOptions.SIGNING_PRIVATE_KEY) == null
                        ? Optional.empty()
                        : Optional.of(OptionValues.path(config, DuetOptions.SIGNING_PRIVATE_KEY)),
                OptionValues.value(config, DuetOptions.SIGNING_BATCH));
    }
}
