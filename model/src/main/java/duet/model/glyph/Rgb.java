package duet.model.glyph;

/** Holds a colour; each channel is from 0 to 1. */
record Rgb(double red, double green, double blue) {

    double channel(int c) {
        return c == 0 ? red : c == 1 ? green : blue;
    }
}
