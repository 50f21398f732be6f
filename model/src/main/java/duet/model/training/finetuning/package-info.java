/** The baseline: fine-tuning a model for each user. */
package duet.model.training.finetuning;
