/** Measures the generator, the operator and signatures with JMH. */
@NullMarked
package duet.bench.generator;

import org.jspecify.annotations.NullMarked;
