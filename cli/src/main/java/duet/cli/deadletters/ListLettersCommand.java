package duet.cli.deadletters;

import duet.cli.option.Numbers;
import duet.cli.option.Ranges;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.operations.deadletters.DeadLetterTopic;
import duet.operations.deadletters.LetterId;
import duet.operations.deadletters.StoredLetter;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet dead-letters list} shows the newest dead letters. */
@Command(
        name = "list",
        description = "Lists the newest dead letters, the newest last.",
        mixinStandardHelpOptions = true)
final class ListLettersCommand implements Runnable {

    private static final int MOST = 100_000;

    private static final int WIDEST_DEVICE = 40;

    private final Terminal terminal;

    @Mixin private DeadLetterSource source;

    @Mixin private LetterFilter filter;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "Letters to list at most, 1 to 100,000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    ListLettersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Ranges.require("--limit", limit, 1, MOST);
        PriorityQueue<Listed> newest = new PriorityQueue<>();
        long[] matching = {0};
        long unreadable;
        try (DeadLetterTopic letters = source.open()) {
            unreadable =
                    letters.scan(
                            filter.among(Set.of()),
                            letter -> {
                                matching[0]++;
                                newest.add(Listed.of(letter));
                                if (newest.size() > limit) {
                                    newest.remove();
                                }
                            });
        }
        List<LetterDocument> listed = newest.stream().sorted().map(Listed::document).toList();
        if (json) {
            terminal.json(listed);
            return;
        }
        if (!listed.isEmpty()) {
            terminal.table(table(listed));
        }
        terminal.line(
                Numbers.count(listed.size())
                        + " of "
                        + Numbers.count(matching[0])
                        + " dead letters listed");
        if (unreadable > 0) {
            terminal.line(Numbers.count(unreadable) + " records of the topic are no dead letters");
        }
    }

    private static Table table(List<LetterDocument> letters) {
        Table table = Table.ofText("letter", "time", "source", "device", "reason");
        for (LetterDocument letter : letters) {
            String device = letter.device();
            table.row(
                    letter.letter(),
                    letter.time(),
                    letter.source(),
                    device.length() <= WIDEST_DEVICE
                            ? device
                            : device.substring(0, WIDEST_DEVICE - 1) + "…",
                    letter.reason());
        }
        return table;
    }

    /**
     * Holds what is kept of a letter while others are read: its row, not its value. Ordered from
     * the oldest to the newest.
     */
    private record Listed(long failedAtMicros, LetterId id, LetterDocument document)
            implements Comparable<Listed> {

        private static final Comparator<Listed> ORDER =
                Comparator.comparingLong(Listed::failedAtMicros)
                        .thenComparingInt(listed -> listed.id().partition())
                        .thenComparingLong(listed -> listed.id().offset());

        static Listed of(StoredLetter letter) {
            return new Listed(
                    letter.letter().getFailedAtMicros(), letter.id(), LetterDocument.of(letter));
        }

        @Override
        public int compareTo(Listed other) {
            return ORDER.compare(this, other);
        }
    }
}
