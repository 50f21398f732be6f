/** Reads and writes the model bundle: manifest, tensors, vocabulary and probe. */
@NullMarked
package duet.schemas.bundle;

import org.jspecify.annotations.NullMarked;
