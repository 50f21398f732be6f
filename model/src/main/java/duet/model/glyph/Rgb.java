package duet.model.glyph;

/** A colour; each channel from 0 to 1. */
record Rgb(double red, double green, double blue) {

    double channel(int c) {
        return c == 0 ? red : c == 1 ? green : blue;
    }
}
