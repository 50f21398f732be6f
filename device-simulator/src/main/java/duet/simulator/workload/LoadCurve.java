package duet.simulator.workload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * A load curve is a rate over time: pieces in which it goes in a straight line, all of it perhaps
 * modulated by a sine. Arrivals are where the integral of the rate reaches the next step, so their
 * times follow from the rate alone and do not drift.
 */
public final class LoadCurve {
    /** A schedule gives this when nothing more arrives. */
    public static final long NEVER = Long.MAX_VALUE;

    /** This is half a microsecond, in seconds: times are given in microseconds. */
    private static final double PRECISE = 5e-7;

    /** This is thirty years, in seconds. */
    private static final double ENDLESS = 1e9;

    private final List<Piece> pieces = new ArrayList<>();
    private final double amplitude;
    private final double omega;
    private double seconds;
    private double total;

    /**
     * A segment is a part of the curve in which the rate goes in a straight line.
     *
     * @param duration how long it takes
     * @param from arrivals a second at its beginning, before modulation
     * @param to the same at its end
     */
    public record Segment(Duration duration, double from, double to) {}

    /** A piece is a segment with what comes before it: seconds, and arrivals. */
    private record Piece(double start, double before, double length, double from, double slope) {}

    private LoadCurve(double amplitude, double omega) {
        this.amplitude = amplitude;
        this.omega = omega;
    }

    /** Returns a rate that follows these segments one after the other. */
    public static LoadCurve of(List<Segment> segments) {
        return new LoadCurve(0, 0).with(segments);
    }

    /**
     * Returns the rate of these segments times {@code 1 + amplitude · sin(2π t / period)}.
     *
     * @param amplitude 0 to 1
     */
    public static LoadCurve modulated(List<Segment> segments, Duration period, double amplitude) {
        return new LoadCurve(amplitude, 2 * Math.PI / seconds(period)).with(segments);
    }

    /** Returns one rate for longer than anything runs. */
    static LoadCurve endless(double perSecond) {
        LoadCurve curve = new LoadCurve(0, 0);
        curve.add(ENDLESS, perSecond, perSecond);
        return curve;
    }

    private LoadCurve with(List<Segment> segments) {
        segments.forEach(s -> add(seconds(s.duration), s.from, s.to));
        return this;
    }

    private void add(double length, double from, double to) {
        Piece piece = new Piece(seconds, total, length, from, (to - from) / length);
        pieces.add(piece);
        seconds += length;
        total += arrivals(piece, length);
    }

    /** Returns how many arrivals are to be expected in all. */
    public double total() {
        return total;
    }

    /** Returns how many arrivals are to be expected before a moment. */
    public double totalBefore(Duration at) {
        double second = seconds(at);
        for (Piece piece : pieces) {
            if (second < piece.start + piece.length) {
                return piece.before + arrivals(piece, second - piece.start);
            }
        }
        return total;
    }

    /** Returns the arrivals a second at a moment; 0 after the end. */
    public double rateAt(Duration at) {
        double second = seconds(at);
        for (Piece piece : pieces) {
            if (second < piece.start + piece.length) {
                return rate(piece, second - piece.start);
            }
        }
        return 0;
    }

    /**
     * Returns arrival times in microseconds since the start, never decreasing, then {@link #NEVER}.
     * The first is where the rate first rises above 0; then they follow at equal steps of the
     * integral, or, of a Poisson process, at steps that are exponentially distributed with mean 1.
     */
    public LongSupplier schedule(boolean poisson, SplittableRandom random) {
        return new LongSupplier() {
            private int at;
            private long count;
            private double reached;

            @Override
            public long getAsLong() {
                if (!poisson) {
                    reached = count++;
                } else if (count++ > 0) {
                    reached -= StrictMath.log(1 - random.nextDouble());
                }
                while (at < pieces.size() && isBehind(at)) {
                    at++;
                }
                if (at == pieces.size()) {
                    return NEVER;
                }
                Piece piece = pieces.get(at);
                return Math.round((piece.start + offset(piece, reached - piece.before)) * 1e6);
            }

            private boolean isBehind(int index) {
                double end = index + 1 < pieces.size() ? pieces.get(index + 1).before : total;
                return reached >= end;
            }
        };
    }

    /** Returns the seconds into a piece at which so many arrivals have come. */
    private double offset(Piece piece, double arrivals) {
        // The root of from·x + slope·x²/2 = arrivals in the form that does not cancel.
        double root = Math.sqrt(Math.max(0, piece.from * piece.from + 2 * piece.slope * arrivals));
        double x = arrivals == 0 ? 0 : 2 * arrivals / (piece.from + root);
        return amplitude == 0 ? x : modulatedOffset(piece, arrivals, Math.min(x, piece.length));
    }

    /**
     * Finds the moment in a modulated piece by Newton's method, halving the interval where it
     * leaves it.
     */
    private double modulatedOffset(Piece piece, double arrivals, double guess) {
        double low = 0;
        double high = piece.length;
        double x = guess;
        while (high - low > PRECISE) {
            double surplus = arrivals(piece, x) - arrivals;
            if (surplus > 0) {
                high = x;
            } else {
                low = x;
            }
            double step = surplus / rate(piece, x);
            if (Math.abs(step) < PRECISE / 2) {
                return x;
            }
            x -= step;
            if (!(x > low && x < high)) {
                x = (low + high) / 2;
            }
        }
        return x;
    }

    private double rate(Piece piece, double x) {
        double plain = piece.from + piece.slope * x;
        return amplitude == 0
                ? plain
                : plain * (1 + amplitude * Math.sin(omega * (piece.start + x)));
    }

    /** Returns the arrivals in the first {@code x} seconds of a piece: the integral of its rate. */
    private double arrivals(Piece piece, double x) {
        double plain = piece.from * x + piece.slope * x * x / 2;
        return amplitude == 0
                ? plain
                : plain + amplitude * (sinePart(piece, x) - sinePart(piece, 0));
    }

    /** Returns the antiderivative of (from + slope·x) · sin(ω(start + x)). */
    private double sinePart(Piece piece, double x) {
        double angle = omega * (piece.start + x);
        return -(piece.from + piece.slope * x) * Math.cos(angle) / omega
                + piece.slope * Math.sin(angle) / (omega * omega);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
