/**
 * Which windows are worth a delta: ranking quality against the share of windows that each policy
 * answers.
 */
package duet.studies.gating;
