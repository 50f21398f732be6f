/**
 * This package holds model releases in the job: which versions it loads, serves and retires, and
 * how a release becomes a generator. The decisions are plain Java; what loads bundles knows Flink's
 * file systems.
 */
@NullMarked
package duet.jobs.release;

import org.jspecify.annotations.NullMarked;
