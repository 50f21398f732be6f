/**
 * The networks in DJL: SASRec as the universal meta network, head encoder, parameter generator and
 * stable weight adapter. Every parameter is a named array; names and shapes are those of the
 * bundle's weight files.
 */
package duet.model.network;
