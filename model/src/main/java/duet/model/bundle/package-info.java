/** A model's weights and their export as a bundle. */
package duet.model.bundle;
