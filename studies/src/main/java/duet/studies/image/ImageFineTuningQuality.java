package duet.studies.image;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.model.training.image.ImageFineTuning.Setting;

/**
 * This record puts fine-tuning beside generation, on the same devices and samples: both know what a
 * device saw up to one step, fine-tuning with labels, generation without.
 *
 * @param devices that were tuned
 * @param labelled samples of each device that it was tuned on
 * @param setting how they were tuned; this one did best on validation devices
 * @param seconds how long it takes
 */
public record ImageFineTuningQuality(
        int devices,
        int labelled,
        @JsonUnwrapped Setting setting,
        @JsonUnwrapped Seconds seconds,
        ImageQuality global,
        ImageQuality personalized,
        ImageQuality fineTuned) {

    /**
     * These times say how long it takes.
     *
     * @param secondsPerDevice that a tuning took
     * @param secondsPerGeneration that a generation takes, alone in its batch
     */
    public record Seconds(double secondsPerDevice, double secondsPerGeneration) {}
}
