/**
 * What runs on a device, in plain Java: it loads the static layers, applies weight deltas and
 * ranks.
 */
package duet.device;
