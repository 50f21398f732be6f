package duet.jobs.config;

import duet.schemas.InvalidInputException;
import duet.schemas.signature.Signer;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;

/**
 * These options say how the job signs what it sends. The key itself is read where deltas are made,
 * never where the job is submitted, so that it is no part of the job that the cluster stores.
 *
 * @param privateKey {@link DuetOptions#SIGNING_PRIVATE_KEY}; empty: deltas are not signed
 */
public record SigningOptions(Optional<Path> privateKey) {

    /** Reads the options; the file is not opened. */
    static SigningOptions from(ReadableConfig config) {
        return new SigningOptions(
                OptionValues.value(config, DuetOptions.SIGNING_PRIVATE_KEY) == null
                        ? Optional.empty()
                        : Optional.of(OptionValues.path(config, DuetOptions.SIGNING_PRIVATE_KEY)));
    }

    /**
     * Returns the signer, from the key file as this machine has it.
     *
     * @throws InvalidInputException naming the file: missing, unreadable, or not an Ed25519 private
     *     key
     */
    public Optional<Signer> signer() {
        return privateKey.map(Signer::read);
    }
}
