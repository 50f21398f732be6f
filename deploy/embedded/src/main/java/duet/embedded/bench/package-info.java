/** How fast the jobs answer, what the processors do meanwhile, and the figures of {@code duet bench} that need no training engine. */
package duet.embedded.bench;
