/** Says what is in a log before a model is trained on it; pure. */
@NullMarked
package duet.interactions.inspection;

import org.jspecify.annotations.NullMarked;
