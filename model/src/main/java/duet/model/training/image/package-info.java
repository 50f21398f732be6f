/** Trains on images, and tunes on those of one device. */
@NullMarked
package duet.model.training.image;

import org.jspecify.annotations.NullMarked;
