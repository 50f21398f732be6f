/** Trains on images of glyphs. */
@NullMarked
package duet.model.training.glyph;

import org.jspecify.annotations.NullMarked;
