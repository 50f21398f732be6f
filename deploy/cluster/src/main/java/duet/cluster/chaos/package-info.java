/** Faults on purpose, and whether every device ends up with what it should have. */
package duet.cluster.chaos;
