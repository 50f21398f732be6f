/**
 * Shows the photographs of Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017; MIT licence) as devices
 * see them, and reads its files.
 */
@NullMarked
package duet.model.image.fashion;

import org.jspecify.annotations.NullMarked;
