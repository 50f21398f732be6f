package duet.model.glyph;

/**
 * Says what a device does to every glyph it sees at one moment.
 *
 * @param degrees how far it is turned, counter-clockwise
 */
record Conditions(double degrees, Rgb foreground, Rgb background) {}
