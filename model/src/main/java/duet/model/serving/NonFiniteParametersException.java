package duet.model.serving;

import java.util.Locale;

/**
 * Reports that the generator made a parameter that is not a finite number; nothing of the batch may
 * be sent.
 */
public final class NonFiniteParametersException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int device;

    NonFiniteParametersException(int device, String tensor, String modelVersion) {
        super(
                String.format(
                        Locale.ROOT,
                        "model %s generated a value that is not finite in %s for device %d of the"
                                + " batch",
                        modelVersion,
                        tensor,
                        device));
        this.device = device;
    }

    /** Returns the place of the device in the batch, from 0. */
    public int device() {
        return device;
    }
}
