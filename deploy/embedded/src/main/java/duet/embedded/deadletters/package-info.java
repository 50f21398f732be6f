/** Reading the dead letters of a cluster, choosing among them, and sending their records back to where they came from. */
package duet.embedded.deadletters;
