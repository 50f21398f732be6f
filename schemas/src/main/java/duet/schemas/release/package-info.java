/**
 * How model releases reach jobs and devices: which version each device runs while several are live,
 * and where bundles come from.
 */
package duet.schemas.release;
