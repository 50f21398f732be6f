package duet.cli;

import duet.cli.terminal.Terminal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** Lends the commands of the real command line to tests of other packages. */
public final class DuetCommands {
    private DuetCommands() {}

    /** Returns all commands; their subcommands hang on them. */
    public static List<CommandLine> all() {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return Duet.commands(new Terminal(nowhere, false, 80)).stream().map(Duet::line).toList();
    }
}
