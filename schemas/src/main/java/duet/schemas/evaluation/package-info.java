/** Ranking metrics, one definition for offline and streamed measurement. */
package duet.schemas.evaluation;
