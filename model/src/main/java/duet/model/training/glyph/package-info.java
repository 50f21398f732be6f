/** Training on images. */
package duet.model.training.glyph;
