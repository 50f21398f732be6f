/**
 * Makes an image classification task instead of collecting one: small glyphs as devices see them,
 * each in its own rotation and colours, which drift.
 */
@NullMarked
package duet.model.glyph;

import org.jspecify.annotations.NullMarked;
