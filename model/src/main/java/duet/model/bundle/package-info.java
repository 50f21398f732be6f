/** Holds a model's weights and exports them as a bundle. */
@NullMarked
package duet.model.bundle;

import org.jspecify.annotations.NullMarked;
