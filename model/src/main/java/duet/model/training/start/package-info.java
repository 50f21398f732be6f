/**
 * Computes where item tables start: at what the training interactions alone already say of which
 * items go together. Plain Java, without an engine.
 */
@NullMarked
package duet.model.training.start;

import org.jspecify.annotations.NullMarked;
