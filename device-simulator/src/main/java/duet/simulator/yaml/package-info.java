/**
 * Reads the YAML that people write: scenarios and experiment plans. Files may come from anybody, so
 * size, depth, aliases and repeated keys are bounded, nothing but text is ever made of them, and
 * whatever is wrong is refused in one line with file, line, key and value.
 */
@NullMarked
package duet.simulator.yaml;

import org.jspecify.annotations.NullMarked;
