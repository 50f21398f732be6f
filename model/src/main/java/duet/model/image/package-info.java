/**
 * Defines image classification as many devices see it: each has its own conditions, which drift,
 * and keeps its images. Where images come from is the matter of the packages below.
 */
@NullMarked
package duet.model.image;

import org.jspecify.annotations.NullMarked;
