package duet.model.image;

/** Holds a colour; each channel is from 0 to 1. */
public record Rgb(double red, double green, double blue) {
    /** A colour has so many channels. */
    public static final int CHANNELS = 3;

    /** Returns a channel: 0 is red, 1 green, 2 blue. */
    public double channel(int c) {
        return c == 0 ? red : c == 1 ? green : blue;
    }
}
