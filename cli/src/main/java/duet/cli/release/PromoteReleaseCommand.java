package duet.cli.release;

import duet.cli.option.Ranges;
import duet.cli.terminal.Terminal;
import duet.operations.release.ReleaseSigners;
import duet.operations.release.Releases;
import duet.schemas.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code duet release promote} gives a version to more devices. */
@Command(
        name = "promote",
        description = "Gives a released version to all devices, or to another share of them.",
        mixinStandardHelpOptions = true)
final class PromoteReleaseCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(
            paramLabel = "VERSION",
            description = "The version, as duet release status names it.")
    private String version;

    @Mixin private ReleaseConnection connection;
    @Mixin private RolloutKey key;

    @Option(
            names = "--share",
            paramLabel = "S",
            defaultValue = "1",
            description =
                    "Share of the devices that run it, above 0 up to 1 (default:"
                            + " ${DEFAULT-VALUE}).")
    private double share;

    PromoteReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Ranges.require("--share", share, 0, 1);
        if (share == 0) {
            throw new InvalidInputException(
                    "--share is 0, which gives the version to nobody: duet release rollback takes"
                            + " it back");
        }
        ReleaseSigners signers = key.signers();
        try (Releases releases = connection.open(signers)) {
            terminal.line(ReleaseTexts.runs(releases.share(version, share, signers)));
        }
    }
}
