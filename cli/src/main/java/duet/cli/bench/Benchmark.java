package duet.cli.bench;

import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.cli.terminal.Terminal;
import java.util.Map;

/** A benchmark is a part of what {@code duet bench} measures. */
interface Benchmark {

    /** Returns which part it is. */
    BenchPart part();

    /**
     * Measures, and shows progress and figures.
     *
     * @param measured the figures of the parts before it
     * @return the figures by the keys that they have in {@code bench --json}, as Jackson writes
     *     them; they replace those of parts before that have the same keys
     */
    Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured);
}
