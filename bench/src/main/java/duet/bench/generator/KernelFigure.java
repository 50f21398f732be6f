package duet.bench.generator;

import java.util.Map;

/**
 * Tells how long one hot part of the job takes, on its own.
 *
 * @param kernel class and method of the benchmark
 * @param parameters its parameters by name
 * @param nanos nanoseconds of an operation, the mean
 * @param error half the width of the 99.9 % confidence interval, nanoseconds
 */
public record KernelFigure(
        String kernel, Map<String, String> parameters, double nanos, double error) {}
