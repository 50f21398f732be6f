/** JMH benchmarks of the generator, the operator and signatures. */
package duet.bench.generator;
