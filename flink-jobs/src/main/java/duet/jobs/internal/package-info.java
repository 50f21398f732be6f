/**
 * This package holds the serializers of the job's state. Flink finds the description of a state in
 * a savepoint by its class name, so these classes keep the package that they have always had.
 */
@NullMarked
package duet.jobs.internal;

import org.jspecify.annotations.NullMarked;
