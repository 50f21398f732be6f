package duet.cli.deadletters;

import duet.operations.deadletters.LetterId;
import duet.operations.deadletters.LetterSelection;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options that choose among dead letters. */
final class LetterFilter {

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Only letters whose reason holds this text, in any case.")
    private @Nullable String reason;

    @Option(
            names = "--device",
            paramLabel = "ID",
            description = "Only letters of this device, as list shows it.")
    private @Nullable String device;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = SinceConverter.class,
            description =
                    "Only records refused since then: 30m or 2h ago, or a time such as"
                            + " 2026-01-31T08:00:00Z.")
    private @Nullable Instant since;

    LetterSelection among(Set<LetterId> ids) {
        return new LetterSelection(reason, device, since, ids);
    }
}
