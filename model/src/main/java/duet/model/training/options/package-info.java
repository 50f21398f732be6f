/** Says what a training is told: sizes, phases, optimizer and objective. */
@NullMarked
package duet.model.training.options;

import org.jspecify.annotations.NullMarked;
