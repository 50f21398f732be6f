package duet.cli.release;

import duet.operations.release.ReleaseSigners;
import duet.schemas.signature.Signer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the option that says who signs a change of which devices run a release. */
final class RolloutKey {

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description =
                    "Ed25519 private key in PEM (PKCS#8) to sign the change with; needed where the"
                            + " release is signed.")
    private @Nullable Path key;

    /**
     * Reads the key.
     *
     * @throws duet.schemas.InvalidInputException naming the file that holds none
     */
    ReleaseSigners signers() {
        return ReleaseSigners.of(key == null ? null : Signer.read(key));
    }
}
