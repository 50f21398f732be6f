/** This package measures the quality of a model of an image task on devices it has never met. */
@NullMarked
package duet.studies.image;

import org.jspecify.annotations.NullMarked;
