/** Takes the steps of a phase: gradients of parts of a batch, Adam, and averages of weights. */
@NullMarked
package duet.model.training.step;

import org.jspecify.annotations.NullMarked;
