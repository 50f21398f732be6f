package duet.model.glyph;

/**
 * What a device does to every glyph it sees at one moment.
 *
 * @param degrees how far it is turned, counter-clockwise
 */
record Conditions(double degrees, Rgb foreground, Rgb background) {}
