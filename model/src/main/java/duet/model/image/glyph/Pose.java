package duet.model.image.glyph;

/**
 * Says how one glyph stands in its image, apart from the device's conditions.
 *
 * @param degrees turned by, counter-clockwise
 * @param scale size, 1 as defined
 * @param x moved right by, in the glyph's units
 * @param y moved up by
 * @param halfStroke half the width of its strokes
 */
record Pose(double degrees, double scale, double x, double y, double halfStroke) {
    static final Pose UPRIGHT = new Pose(0, 1, 0, 0, 0.14);
}
