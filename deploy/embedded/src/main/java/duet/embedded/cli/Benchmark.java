package duet.embedded.cli;

import duet.embedded.bench.BenchPart;
import duet.embedded.bench.BenchSettings;
import duet.embedded.cli.terminal.Terminal;
import java.util.Map;

/**
 * A part of what {@code duet bench} measures. Those that the command line does not have itself are found by {@link
 * java.util.ServiceLoader}: what measures training engines has them on its class path, the rest of Duet does not.
 */
public interface Benchmark {

    /** Which part it is. */
    BenchPart part();

    /**
     * Measures, and shows progress and figures.
     *
     * @param measured the figures of the parts before it
     * @return the figures by the keys that they have in {@code bench --json}, as Jackson writes them; they replace those of
     *     parts before that have the same keys
     */
    Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured);
}
