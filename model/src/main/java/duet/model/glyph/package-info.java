/**
 * An image classification task that is made, not collected: small glyphs as devices see them, each
 * in its own rotation and colours, which drift.
 */
package duet.model.glyph;
