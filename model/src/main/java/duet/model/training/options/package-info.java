/** What a training is told: sizes, phases, optimizer and objective. */
package duet.model.training.options;
