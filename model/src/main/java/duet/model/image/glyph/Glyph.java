package duet.model.image.glyph;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Defines the classes: figures of strokes around the origin, inside the unit circle. Six pairs are
 * one figure in two rotations: without knowing how a device is turned, the best anyone can do for
 * those twelve is to guess.
 */
public enum Glyph {
    A('A', line(-.55, -.75, 0, .8, .55, -.75), line(-.35, -.2, .35, -.2)),
    E('E', line(.45, .75, -.45, .75, -.45, -.75, .45, -.75), line(-.45, 0, .3, 0)),
    F('F', line(.5, .75, -.4, .75, -.4, -.75), line(-.4, .05, .3, .05)),
    J('J', line(-.2, .75, .45, .75), line(.15, .75, .15, -.35), arc(-.2, -.35, .35, 180, 360)),
    L('L', line(-.4, .8, -.4, -.75, .5, -.75)),
    T('T', line(-.6, .75, .6, .75), line(0, .75, 0, -.8)),
    Y('Y', line(-.6, .75, 0, 0, .6, .75), line(0, 0, 0, -.8)),
    FOUR('4', line(.2, -.8, .2, .8, -.55, -.25, .6, -.25)),
    SEVEN('7', line(-.5, .75, .5, .75, -.15, -.8), line(-.3, 0, .5, 0)),
    M('M', line(-.6, -.7, -.6, .7, 0, -.1, .6, .7, .6, -.7)),
    W('W', M, 180),
    N('N', line(-.55, -.55, -.55, .55, .55, -.55, .55, .55)),
    Z('Z', N, 90),
    SIX('6', arc(0, -.3, .45, 0, 360), line(-.45, -.3, -.3, .35, .2, .8)),
    NINE('9', SIX, 180),
    LOWER_N('n', line(-.5, .6, -.5, -.6), arc(0, .1, .5, 0, 180), line(.5, .1, .5, -.6)),
    LOWER_U('u', LOWER_N, 180),
    LOWER_B('b', line(-.4, .8, -.4, -.7), arc(0, -.3, .4, 0, 360)),
    LOWER_Q('q', LOWER_B, 180),
    LOWER_D('d', line(.4, .8, .4, -.7), arc(0, -.3, .4, 0, 360)),
    LOWER_P('p', LOWER_D, 180);

    private static final int ARC_STEP = 30;

    private final char symbol;

    /** Holds the ends of straight pieces: x0, y0, x1, y1. */
    private final double[][] pieces;

    Glyph(char symbol, double[]... strokes) {
        this.symbol = symbol;
        this.pieces = Arrays.stream(strokes).flatMap(Glyph::pieces).toArray(double[][]::new);
    }

    Glyph(char symbol, Glyph other, int degrees) {
        this.symbol = symbol;
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        this.pieces =
                Arrays.stream(other.pieces)
                        .map(
                                piece ->
                                        new double[] {
                                            cos * piece[0] - sin * piece[1],
                                            sin * piece[0] + cos * piece[1],
                                            cos * piece[2] - sin * piece[3],
                                            sin * piece[2] + cos * piece[3]
                                        })
                        .toArray(double[][]::new);
    }

    /** Returns the class as models know it: the code point of its symbol. */
    public long label() {
        return symbol;
    }

    /** Returns the glyph of that label. */
    public static Glyph of(long label) {
        return Arrays.stream(values())
                .filter(glyph -> glyph.label() == label)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no glyph has the label " + label));
    }

    /** Returns the labels of all glyphs, ascending. */
    public static long[] labels() {
        return Arrays.stream(values()).mapToLong(Glyph::label).sorted().toArray();
    }

    /** Returns the distance of a point from the nearest stroke. */
    double distance(double x, double y) {
        double least = Double.POSITIVE_INFINITY;
        for (double[] piece : pieces) {
            least = Math.min(least, squaredDistance(piece, x, y));
        }
        return Math.sqrt(least);
    }

    private static double squaredDistance(double[] piece, double x, double y) {
        double dx = piece[2] - piece[0];
        double dy = piece[3] - piece[1];
        double along = ((x - piece[0]) * dx + (y - piece[1]) * dy) / (dx * dx + dy * dy);
        double nearest = Math.max(0, Math.min(1, along));
        double ex = x - piece[0] - nearest * dx;
        double ey = y - piece[1] - nearest * dy;
        return ex * ex + ey * ey;
    }

    private static double[] line(double... points) {
        return points;
    }

    private static double[] arc(double x, double y, double radius, int from, int to) {
        int steps = (to - from) / ARC_STEP;
        double[] points = new double[2 * (steps + 1)];
        for (int i = 0; i <= steps; i++) {
            double angle = Math.toRadians(from + (double) i * ARC_STEP);
            points[2 * i] = x + radius * Math.cos(angle);
            points[2 * i + 1] = y + radius * Math.sin(angle);
        }
        return points;
    }

    private static Stream<double[]> pieces(double[] points) {
        return Stream.iterate(0, i -> i + 2 < points.length, i -> i + 2)
                .map(i -> Arrays.copyOfRange(points, i, i + 4));
    }
}
