package duet.cli.deadletters;

import duet.cli.option.Numbers;
import duet.cli.terminal.Terminal;
import duet.operations.deadletters.DeadLetterTopic;
import duet.operations.deadletters.LetterId;
import duet.operations.deadletters.StoredLetter;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.ModelBundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code duet dead-letters show} shows one dead letter with what it holds. */
@Command(
        name = "show",
        description =
                "Shows a dead letter: its window as JSON where it holds one, else its first bytes.",
        mixinStandardHelpOptions = true)
final class ShowLetterCommand implements Runnable {

    private static final int SHOWN_BYTES = 1024;
    private static final int BYTES_PER_LINE = 16;

    private final Terminal terminal;

    @Mixin private DeadLetterSource source;

    @Parameters(
            paramLabel = "LETTER",
            description = "The letter as list names it: its partition and offset, such as 0@17.")
    private String letter;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description =
                    "Bundle whose ids of items are shown beside their numbers. Only of models whose"
                            + " items have ids that are no numbers is there more to see.")
    private @Nullable Path bundle;

    @Option(
            names = "--json",
            description =
                    "Print one JSON object, with all bytes in hexadecimal where they are no"
                            + " window.")
    private boolean json;

    ShowLetterCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        LetterId id = LetterId.of(letter);
        ItemNames names = bundle == null ? null : ModelBundle.open(bundle).vocabulary().names();
        StoredLetter stored;
        try (DeadLetterTopic letters = source.open()) {
            stored = letters.read(id);
        }
        LetterDocument.Whole document = LetterDocument.Whole.of(stored, names);
        if (json) {
            terminal.json(document);
            return;
        }
        terminal.line("letter   " + stored.id());
        terminal.line("time     " + stored.failedAt());
        terminal.line("source   " + stored.source());
        terminal.line("device   " + stored.device());
        terminal.line("reason   " + stored.reason());
        terminal.line("key      " + document.key());
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "value    %s bytes%s",
                        Numbers.count(stored.letter().getValueSize()),
                        stored.isCut() ? ", the letter does not hold the whole record" : ""));
        if (document.window() != null) {
            terminal.json(document.window());
        } else {
            dump(stored.value());
        }
    }

    private void dump(byte[] bytes) {
        int shown = Math.min(bytes.length, SHOWN_BYTES);
        for (int from = 0; from < shown; from += BYTES_PER_LINE) {
            int to = Math.min(shown, from + BYTES_PER_LINE);
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            "%06x  %-47s  %s",
                            from,
                            HexFormat.ofDelimiter(" ").formatHex(bytes, from, to),
                            text(bytes, from, to)));
        }
        if (shown < bytes.length) {
            terminal.line(
                    "... " + Numbers.count(bytes.length - shown) + " more bytes (--json has all)");
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)
                .replaceAll("[^\\x20-\\x7e]", ".");
    }
}
