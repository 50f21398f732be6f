/**
 * This package keeps the class names that savepoints of earlier code hold. Flink finds the
 * description of a state by its class name, so these stay for as long as such savepoints are to be
 * restored.
 */
@NullMarked
package duet.jobs.internal;

import org.jspecify.annotations.NullMarked;
