/** Where the processors' time goes while something is measured, from recordings of the JVM. */
package duet.bench.profile;
