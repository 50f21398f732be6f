package duet.model.image;

/**
 * Holds one image with what it shows; neither leaves the device.
 *
 * @param label one of {@link ImageTask#labels()}
 * @param image {@link ImageTask#inputs()} numbers
 */
public record ImageSample(long label, float[] image) {}
