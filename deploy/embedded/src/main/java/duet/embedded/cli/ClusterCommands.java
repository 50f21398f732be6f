package duet.embedded.cli;

import duet.embedded.cli.terminal.Terminal;
import java.util.List;

/**
 * The commands of {@code duet cluster}. Found by {@link java.util.ServiceLoader}: they stand beside what they start, and
 * the rest of Duet does without it.
 */
public interface ClusterCommands {

    /**
     * The commands, as picocli takes them.
     *
     * @param terminal where they show their work
     */
    List<Object> commands(Terminal terminal);
}
