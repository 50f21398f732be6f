package duet.model.image.fashion;

import duet.model.image.Conditions;
import duet.model.image.Rgb;
import duet.model.image.fashion.Photographs.Photograph;

/**
 * Shows photographs as a device sees them: turned around their middle, in its colours. A pixel of
 * the image is the mean of {@value #PROBES} × {@value #PROBES} places of the photograph, each
 * interpolated between the four pixels around it; beyond the photograph there is background. Red,
 * green and blue of a pixel stand side by side, rows from the top; values are -1 without light to 1
 * at full light.
 *
 * @param side rows and columns of an image
 */
record FashionCanvas(int side) {
    private static final int PROBES = 2;

    /**
     * An image shows so much more than the photograph, in each direction, so that what is turned
     * keeps its ends.
     */
    private static final double MARGIN = 1.2;

    int inputs() {
        return side * side * Rgb.CHANNELS;
    }

    float[] draw(Photograph photograph, Conditions conditions) {
        double turned = Math.toRadians(conditions.degrees());
        double cos = Math.cos(turned);
        double sin = Math.sin(turned);
        float[] image = new float[inputs()];
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                double coverage = 0;
                for (int probe = 0; probe < PROBES * PROBES; probe++) {
                    double right = offset(PROBES * column + probe % PROBES);
                    double down = offset(PROBES * row + probe / PROBES);
                    coverage +=
                            interpolated(
                                    photograph, sin * right + cos * down, cos * right - sin * down);
                }
                coverage /= PROBES * PROBES;
                for (int c = 0; c < Rgb.CHANNELS; c++) {
                    image[(row * side + column) * Rgb.CHANNELS + c] = conditions.light(c, coverage);
                }
            }
        }
        return image;
    }

    /** Returns how far a probe is from the middle, in pixels of the photograph. */
    private double offset(int probe) {
        double share = (probe + 0.5) / (PROBES * side) - 0.5;
        return share * MARGIN * Photographs.SIDE;
    }

    private static double interpolated(Photograph photograph, double down, double right) {
        double middle = (Photographs.SIDE - 1) / 2.0;
        double y = middle + down;
        double x = middle + right;
        int row = (int) Math.floor(y);
        int column = (int) Math.floor(x);
        double below = y - row;
        double beside = x - column;
        return (1 - below) * (1 - beside) * coverage(photograph, row, column)
                + (1 - below) * beside * coverage(photograph, row, column + 1)
                + below * (1 - beside) * coverage(photograph, row + 1, column)
                + below * beside * coverage(photograph, row + 1, column + 1);
    }

    private static double coverage(Photograph photograph, int row, int column) {
        boolean inside =
                row >= 0 && row < Photographs.SIDE && column >= 0 && column < Photographs.SIDE;
        return inside ? photograph.coverage(row, column) : 0;
    }
}
