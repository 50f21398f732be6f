package duet.model.image.glyph;

import duet.model.image.Conditions;
import duet.model.image.Rgb;

/**
 * Draws glyphs as images of {@value #SIDE} × {@value #SIDE} pixels, red, green and blue of a pixel
 * side by side, rows from the top; anti-aliased by the distance of a pixel's centre from the
 * strokes. Values are 0 at medium brightness, -1 without and 1 at full light.
 */
final class GlyphCanvas {
    static final int SIDE = 12;
    static final int CHANNELS = Rgb.CHANNELS;

    /** An image has so many numbers. */
    static final int INPUTS = SIDE * SIDE * CHANNELS;

    /** An image shows twice this width, in the glyph's units. */
    private static final double HALF = 1.1;

    private static final double PIXEL = 2 * HALF / SIDE;

    private GlyphCanvas() {}

    static float[] draw(Glyph glyph, Pose pose, Conditions conditions) {
        double turned = Math.toRadians((pose.degrees() + conditions.degrees()) % 360);
        double cos = Math.cos(turned);
        double sin = Math.sin(turned);
        float[] image = new float[SIDE * SIDE * CHANNELS];
        for (int row = 0; row < SIDE; row++) {
            double v = HALF - (row + 0.5) * PIXEL - pose.y();
            for (int column = 0; column < SIDE; column++) {
                double u = (column + 0.5) * PIXEL - HALF - pose.x();
                double distance =
                        pose.scale()
                                * glyph.distance(
                                        (cos * u + sin * v) / pose.scale(),
                                        (cos * v - sin * u) / pose.scale());
                double inside = (pose.halfStroke() - distance) / PIXEL + 0.5;
                double coverage = Math.max(0, Math.min(1, inside));
                for (int c = 0; c < CHANNELS; c++) {
                    image[(row * SIDE + column) * CHANNELS + c] = conditions.light(c, coverage);
                }
            }
        }
        return image;
    }
}
