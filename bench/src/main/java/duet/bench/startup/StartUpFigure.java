package duet.bench.startup;

/**
 * Tells how long everything in one JVM takes to start.
 *
 * @param readySeconds from the start of the JVM until broker, Flink and job run
 * @param firstDeltaSeconds from the start of the JVM until a device has applied its first delta
 */
public record StartUpFigure(double readySeconds, double firstDeltaSeconds) {}
