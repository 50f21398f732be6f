package duet.cli.release;

import duet.cli.terminal.Terminal;
import duet.operations.release.ReleaseBoard.Rollback;
import duet.operations.release.ReleaseSigners;
import duet.operations.release.Releases;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code duet release rollback} takes a version back from all devices. */
@Command(
        name = "rollback",
        description = "Takes a version back: its devices return to the one before.",
        mixinStandardHelpOptions = true)
final class RollbackReleaseCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "VERSION",
            description = "The version to take back (default: the newest).")
    private @Nullable String version;

    @Mixin private ReleaseConnection connection;
    @Mixin private RolloutKey key;

    RollbackReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        ReleaseSigners signers = key.signers();
        try (Releases releases = connection.open(signers)) {
            Rollback rollback = releases.rollback(Optional.ofNullable(version), signers);
            terminal.line(
                    rollback.withdrawn().getVersion()
                            + " is rolled back; its devices return to "
                            + rollback.returnTo().orElse("the model they came with"));
        }
    }
}
