/** This package measures the quality of a model of the glyph task on devices it has never met. */
@NullMarked
package duet.studies.glyph;

import org.jspecify.annotations.NullMarked;
