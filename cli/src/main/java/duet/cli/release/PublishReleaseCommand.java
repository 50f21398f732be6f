package duet.cli.release;

import duet.cli.option.DurationConverter;
import duet.cli.option.Ranges;
import duet.cli.terminal.Terminal;
import duet.operations.release.ReleaseSigners;
import duet.operations.release.ReleasedBundle;
import duet.operations.release.Releases;
import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
import duet.schemas.signature.Signer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet release publish} releases a new version, once the job serves it. */
@Command(
        name = "publish",
        description =
                "Announces a model to the job, waits until all of it serves the model, then gives"
                        + " it to devices. The job and the devices must be able to read the bundle"
                        + " where it lies.",
        mixinStandardHelpOptions = true)
final class PublishReleaseCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private ReleaseConnection connection;

    @Option(
            names = "--bundle",
            required = true,
            paramLabel = "DIR|URI",
            description = "The model: a directory, or an address of file:, http: or https:.")
    private String bundle;

    @Option(
            names = "--share",
            paramLabel = "S",
            defaultValue = "1",
            description =
                    "Share of the devices that run it, 0 to 1; 0 only lets the job load it"
                            + " (default: ${DEFAULT-VALUE}).")
    private double share;

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description =
                    "Ed25519 private key in PEM (PKCS#8) to sign the release with, and which"
                            + " devices run it.")
    private @Nullable Path key;

    @Option(
            names = "--sign-rollout",
            paramLabel = "KEY",
            description =
                    "Ed25519 private key in PEM (PKCS#8) to sign with which devices run it"
                            + " (default: that of --sign).")
    private @Nullable Path rolloutKey;

    @Option(
            names = "--as-it-stands",
            description =
                    "Sign what devices run already, with the share and the time that it has,"
                        + " whoever wrote them: look at both. For a release that is not signed, or"
                        + " with another key.")
    private boolean asItStands;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = DurationConverter.class,
            description =
                    "How long the job may take to load it, for example 90s (default:"
                            + " ${DEFAULT-VALUE}).")
    private Duration timeout;

    PublishReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Ranges.require("--share", share, 0, 1);
        ReleaseSigners signers = signers();
        ReleasedBundle released = ReleasedBundle.at(bundle);
        if (asItStands) {
            signAsItStands(released, signers);
            return;
        }
        try (Releases releases = connection.open(signers)) {
            terminal.line("Announcing " + released.version() + " at " + released.uri());
            ModelRelease release =
                    releases.publish(
                            released,
                            share,
                            signers,
                            timeout,
                            readiness -> terminal.line("  job: " + readiness));
            terminal.line(
                    release.getShare() == 0
                            ? release.getVersion() + " is served, no device runs it yet"
                            : ReleaseTexts.runs(release));
        }
    }

    private void signAsItStands(ReleasedBundle released, ReleaseSigners signers) {
        if (signers.publisher() == null) {
            throw new InvalidInputException("--as-it-stands signs a release: give --sign, too");
        }
        try (Releases releases = connection.openAll()) {
            ModelRelease release = releases.signAsItStands(released, signers);
            terminal.line(
                    release.getVersion()
                            + " is signed as it stands: released at "
                            + ReleaseTexts.time(release)
                            + ", for "
                            + ReleaseTexts.percent(release.getShare())
                            + " of the devices");
        }
    }

    private ReleaseSigners signers() {
        if (key == null && rolloutKey != null) {
            throw new InvalidInputException(
                    "--sign-rollout signs which devices run a release that is signed itself: give"
                            + " --sign, too");
        }
        Signer signer = key == null ? null : Signer.read(key);
        return new ReleaseSigners(signer, rolloutKey == null ? signer : Signer.read(rolloutKey));
    }
}
