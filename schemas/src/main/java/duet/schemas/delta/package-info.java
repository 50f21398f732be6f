/** The delta codec, and the checksum over a delta. */
package duet.schemas.delta;
