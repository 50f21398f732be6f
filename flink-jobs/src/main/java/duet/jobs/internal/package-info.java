/** Flink's side of the jobs: operators, serializers and the Kafka schemas. Not for use from outside. */
package duet.jobs.internal;
