/**
 * Builds the networks in DJL: the backbones of the universal meta network, head encoder, parameter
 * generator and stable weight adapter. Every parameter is a named array; names and shapes are those
 * of the bundle's weight files.
 */
@NullMarked
package duet.model.network;

import org.jspecify.annotations.NullMarked;
