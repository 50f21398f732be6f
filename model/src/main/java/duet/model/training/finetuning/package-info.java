/** Fine-tunes a model for each user, as a baseline. */
@NullMarked
package duet.model.training.finetuning;

import org.jspecify.annotations.NullMarked;
