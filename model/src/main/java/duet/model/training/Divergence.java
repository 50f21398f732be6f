package duet.model.training;

import java.util.Locale;
import java.util.Objects;

/**
 * Says where numbers of a phase were no longer finite, and the phase ended: in JSON part of the
 * last sound epoch.
 *
 * @param epoch in which it was found, from 1
 * @param step of that epoch, from 1: the batch whose loss it was, or the last one before the
 *     weights were looked at
 * @param found what was not finite, in words, such as {@code the loss is NaN}
 */
public record Divergence(int epoch, int step, String found) {
    public Divergence {
        Objects.requireNonNull(found);
    }

    /** Says what was found, and at which step of which epoch. */
    public String line() {
        return String.format(Locale.ROOT, "%s at step %d of epoch %d", found, step, epoch);
    }
}
