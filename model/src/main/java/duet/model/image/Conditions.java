package duet.model.image;

/**
 * Says what a device does to every image it sees at one moment.
 *
 * @param degrees how far it is turned, counter-clockwise
 * @param foreground colour of what is shown
 * @param background colour of what is behind it
 */
public record Conditions(double degrees, Rgb foreground, Rgb background) {

    /**
     * Returns the light of a channel as images hold it, -1 for none to 1 for full.
     *
     * @param coverage share of a pixel that what is shown covers, 0 to 1
     */
    public float light(int channel, double coverage) {
        double behind = background.channel(channel);
        double light = behind + coverage * (foreground.channel(channel) - behind);
        return (float) (2 * light - 1);
    }
}
