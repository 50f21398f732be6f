/** This package measures the quality of a model of the glyph task on devices it has never met. */
package duet.studies.glyph;
