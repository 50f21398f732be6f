/**
 * Reads scenarios: files that say what a fleet is, when it sends and what goes wrong, and makes the
 * windows that follow from one. It is pure: no Kafka, no clock; the same scenario and seed give
 * each device the same sequence of windows.
 */
@NullMarked
package duet.simulator.scenario;

import org.jspecify.annotations.NullMarked;
