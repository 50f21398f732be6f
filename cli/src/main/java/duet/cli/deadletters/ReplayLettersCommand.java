package duet.cli.deadletters;

import duet.cli.option.Numbers;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.operations.deadletters.DeadLetterTopic;
import duet.operations.deadletters.LetterId;
import duet.operations.deadletters.LetterReplay;
import duet.operations.deadletters.LetterReplay.Eligibility;
import duet.operations.deadletters.LetterSelection;
import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code duet dead-letters replay} sends records back to where they came from. */
@Command(
        name = "replay",
        description = {
            "Sends the records of the chosen dead letters back to the topic they came from, bytes"
                    + " and key as received.",
            "Letters stay where they are, and what the job refuses again becomes another one. A"
                    + " window that is sent twice changes nothing."
        },
        mixinStandardHelpOptions = true)
final class ReplayLettersCommand implements Runnable {

    /** More than these are replayed only by somebody who said so. */
    private static final int UNASKED = 1_000;

    private final Terminal terminal;

    @Mixin private DeadLetterSource source;

    @Mixin private LetterFilter filter;

    @Parameters(
            arity = "0..*",
            paramLabel = "LETTER",
            description =
                    "Letters as list names them, such as 0@17; without any, all that the options"
                            + " choose.")
    private List<String> letters = List.of();

    @Option(
            names = "--all",
            description = "Needed to choose every dead letter, where nothing else chooses.")
    private boolean all;

    @Option(
            names = "--source-topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.WINDOWS,
            description =
                    "The topic that is written to; letters of other topics are left (default:"
                            + " ${DEFAULT-VALUE}).")
    private String sourceTopic;

    @Option(names = "--dry-run", description = "Only count what would be sent.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Send more than 1,000 records.")
    private boolean yes;

    ReplayLettersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Set<LetterId> ids = letters.stream().map(LetterId::of).collect(Collectors.toSet());
        LetterSelection selection = filter.among(ids);
        if (selection.isAll() && !all) {
            throw new InvalidInputException(
                    "no dead letter is chosen: name letters, choose by --reason, --device or"
                            + " --since, or say --all");
        }
        try (DeadLetterTopic topic = source.open(sourceTopic)) {
            Map<Eligibility, Long> counts = new EnumMap<>(Eligibility.class);
            Set<LetterId> missing = new HashSet<>(ids);
            long unreadable =
                    topic.scan(
                            selection,
                            letter -> {
                                missing.remove(letter.id());
                                counts.merge(Eligibility.of(letter, sourceTopic), 1L, Long::sum);
                            });
            if (!missing.isEmpty()) {
                throw new InvalidInputException(
                        "no dead letter " + missing.iterator().next() + " among those chosen");
            }
            long replayable = counts.getOrDefault(Eligibility.REPLAYABLE, 0L);
            if (replayable > UNASKED && !yes && !dryRun) {
                throw new InvalidInputException(
                        Numbers.count(replayable)
                                + " dead letters are chosen: add --yes to replay more than "
                                + Numbers.count(UNASKED));
            }
            long sent = dryRun || replayable == 0 ? 0 : send(topic, selection);
            report(counts, unreadable, sent);
        }
    }

    private long send(DeadLetterTopic topic, LetterSelection selection) {
        try (LetterReplay replay = new LetterReplay(source.clientProperties(), sourceTopic)) {
            topic.scan(
                    selection,
                    letter -> {
                        if (Eligibility.of(letter, sourceTopic) == Eligibility.REPLAYABLE) {
                            replay.send(letter);
                        }
                    });
            return replay.finish();
        }
    }

    private void report(Map<Eligibility, Long> counts, long unreadable, long sent) {
        long replayable = counts.getOrDefault(Eligibility.REPLAYABLE, 0L);
        long cut = counts.getOrDefault(Eligibility.CUT, 0L);
        long other = counts.getOrDefault(Eligibility.OTHER_TOPIC, 0L);
        Table table = new Table("dead letters", "");
        table.row("chosen", Numbers.count(replayable + cut + other));
        table.row(
                dryRun ? "would be replayed" : "replayed",
                Numbers.count(dryRun ? replayable : sent));
        table.row("left: the letter does not hold the whole record", Numbers.count(cut));
        table.row("left: of another topic than " + sourceTopic, Numbers.count(other));
        table.row("records that are no dead letters", Numbers.count(unreadable));
        terminal.table(table);
        if (!dryRun && cut + other > 0) {
            throw new IllegalStateException(
                    Numbers.count(cut + other)
                            + " of "
                            + Numbers.count(replayable + cut + other)
                            + " chosen dead letters were not replayed");
        }
    }
}
