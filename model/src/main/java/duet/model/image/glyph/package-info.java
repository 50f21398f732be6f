/** Makes images instead of collecting them: small glyphs, drawn as a device sees them. */
@NullMarked
package duet.model.image.glyph;

import org.jspecify.annotations.NullMarked;
