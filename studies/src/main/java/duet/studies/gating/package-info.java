/**
 * This package asks which windows are worth a delta: it measures ranking quality against the share
 * of windows that each policy answers.
 */
@NullMarked
package duet.studies.gating;

import org.jspecify.annotations.NullMarked;
