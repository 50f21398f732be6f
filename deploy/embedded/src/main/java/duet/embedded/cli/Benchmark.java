package duet.embedded.cli;

import duet.embedded.cli.terminal.Terminal;
import java.util.Map;

/**
 * Something that {@code duet bench} measures. Found by {@link java.util.ServiceLoader}: what measures training engines has
 * them on its class path, the rest of Duet does not.
 */
public interface Benchmark {

    /**
     * Measures, and shows progress and figures.
     *
     * @return the figures by the keys that they have in {@code bench --json}, as Jackson writes them
     */
    Map<String, Object> run(Terminal terminal);
}
