package duet.model.image;

/** Sees images, one after the other, under conditions of its own. */
public interface ImageDevice {

    /** Returns the name that windows carry. */
    String id();

    /** Returns what the device sees at a step, from 0: the same whenever it is asked. */
    ImageSample sample(int step);
}
